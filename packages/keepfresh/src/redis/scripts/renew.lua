-- Prolongs a lease from now.
-- KEYS 1 the data key
-- ARGV 1 token (16 bytes)  2 leaseMs
-- Returns 1 prolonged | 0 the lease is gone
--- include parts/record.lua
local leaseMs = tonumber(ARGV[2])
local head = header()
if not head or holder(head) ~= ARGV[1] then return 0 end
local now = clock()
redis.call('SETRANGE', key, 40, struct.pack('>dI4', now + leaseMs, leaseMs))
prolong(head, now, leaseMs)
return 1
