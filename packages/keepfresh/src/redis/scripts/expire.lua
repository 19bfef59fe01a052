-- Ends the freshness of a value, and any lease: a load that began before stores nothing. What has no value goes.
-- flags: allow-oom
-- KEYS 1 the data key
-- Returns 1 a value is there, past its freshness | 0 none
--- include parts/record.lua
local head = header()
if not head then return 0 end
local value = hasValue(head, clock())
if value then
  local flags = string.byte(head, 5) - (has(head, WAITED) and WAITED or 0)
  redis.call('SETRANGE', key, 4, string.char(flags))
  redis.call('SETRANGE', key, 24, string.rep('\0', 28))
  redis.call('SETRANGE', key, 80, string.rep('\0', 16))
else
  redis.call('UNLINK', key)
end
wake(head)
return value and 1 or 0
