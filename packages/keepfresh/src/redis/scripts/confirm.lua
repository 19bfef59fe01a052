-- Gives the value that is there another header if its own token still holds the lease.
-- KEYS 1 the data key
-- ARGV 1 header  2 lifetimeMs  3 token of the value whose body stays
-- Returns 1 stored | 0 the lease is gone, or another value is there
--- include parts/record.lua
local head = header()
if not head or holder(head) ~= string.sub(ARGV[1], 9, 24) then return 0 end
if string.sub(head, 9, 24) ~= ARGV[3] then return 0 end
-- The same version, kind and length of what follows the header.
if string.sub(head, 3, 4) ~= string.sub(ARGV[1], 3, 4) then return 0 end
if string.sub(head, 53, 56) ~= string.sub(ARGV[1], 53, 56) then return 0 end
local body = redis.call('GETRANGE', key, 128, bodyEnd(head) - 1)
redis.call('SET', key, ARGV[1] .. body, 'PX', ARGV[2])
wake(head)
return 1
