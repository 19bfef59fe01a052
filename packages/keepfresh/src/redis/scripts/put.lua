-- Stores a value whoever holds the lease, unless it has a domain version and a larger one is there.
-- KEYS 1 the data key
-- ARGV 1 record  2 lifetimeMs  3 until when, by this node's clock
-- Returns 1 stored | 0 a larger version, or something that is not a record, is there | {now} it comes too late
--- include parts/record.lua
local now = clock()
if now > tonumber(ARGV[3]) then return { now } end
local head = header()
if head == false then return 0 end
local version = number(ARGV[1], 104)
if head and version > 0 and number(head, 104) > version and hasValue(head, now) then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
if head then wake(head) end
return 1
