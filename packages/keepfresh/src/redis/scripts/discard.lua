-- Removes one value. Whatever else is under the key stays: another value, a lease, and a failure for those who
-- waited for it.
-- flags: allow-oom
-- KEYS 1 the data key
-- ARGV 1 token of the value
-- Returns 1 removed | 0 it is not there
--- include parts/record.lua
local head = header()
if not head or string.sub(head, 9, 24) ~= ARGV[1] then return 0 end
local now = clock()
local failure = has(head, FAILED) and redis.call('GETRANGE', key, bodyEnd(head), -1) or ''
local left = math.max(number(head, 40), failure ~= '' and number(failure, 16) or 0) - now
if left > 0 then
  local rest = 'K\245\1L' .. string.sub(head, 5, 5) .. string.rep('\0', 19) .. string.sub(head, 25, 52)
  redis.call('SET', key, rest .. string.rep('\0', 76) .. failure, 'PX', left)
else
  redis.call('UNLINK', key)
  wake(head)
end
return 1
