-- Stores a value if its own token still holds the lease.
-- KEYS 1 the data key
-- ARGV 1 record  2 lifetimeMs
-- Returns 1 stored | 0 the lease is gone
--- include parts/record.lua
local head = header()
if not head or holder(head) ~= string.sub(ARGV[1], 9, 24) then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
wake(head)
return 1
