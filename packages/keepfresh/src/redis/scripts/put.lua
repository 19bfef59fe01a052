-- Stores a value whoever holds the lease, unless it has a domain version and a larger one is there.
-- KEYS 1 the data key
-- ARGV 1 record  2 lifetimeMs
-- Returns 1 stored | 0 a larger version, or something that is not a record, is there
--- include parts/record.lua
local head = header()
if head == false then return 0 end
local version = number(ARGV[1], 104)
if head and version > 0 and number(head, 104) > version and hasValue(head, clock()) then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
if head then wake(head) end
return 1
