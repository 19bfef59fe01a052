-- Stores a value whoever holds the lease, unless a larger domain version is there.
-- KEYS 1 the data key
-- ARGV 1 record  2 lifetimeMs
-- Returns 1 stored | 0 a larger version, or something that is not a record, is there
--- include parts/record.lua
local head = header()
if head == false then return 0 end
if head and number(head, 104) > number(ARGV[1], 104) and hasValue(head, clock()) then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
if head then wake(head) end
return 1
