-- Ends a lease without a value; a value that is present stays. A failure is kept behind the body for those
-- who waited for this token.
-- flags: allow-oom
-- KEYS 1 the data key
-- ARGV 1 token (16 bytes)  2 failure (JSON), or ''  3 failureMs
-- Returns 1 released | 0 the lease is gone
--- include parts/record.lua
local token, failure, failureMs = ARGV[1], ARGV[2], tonumber(ARGV[3])

-- Milliseconds until the value under the key ends: 0 without one, -1 when it has no end.
local function valueLeft(head, now)
  if not hasValue(head, now) then return 0 end
  local ends = number(head, 120)
  return ends > 0 and ends - now or redis.call('PTTL', key)
end

-- The failure to keep and for how long: this one, or an older one that is not over.
local function failureLeft(head, now)
  if failure ~= '' then return token .. struct.pack('>d', now + failureMs) .. failure, failureMs end
  if not has(head, FAILED) then return '', 0 end
  local older = redis.call('GETRANGE', key, bodyEnd(head), -1)
  local left = number(older, 16) - now
  if left > 0 then return older, left end
  return '', 0
end

-- The header without lease and waiters.
local function freed(head, flags, ends)
  return string.sub(head, 1, 4) .. string.char(flags) .. string.sub(head, 6, 24)
    .. string.rep('\0', 28) .. string.sub(head, 53, 120) .. struct.pack('>d', ends)
end

local head = header()
if not head or holder(head) ~= token then return 0 end
local now = clock()
local value = valueLeft(head, now)
local trailer, lasts = failureLeft(head, now)
if value == 0 and lasts == 0 then
  redis.call('DEL', key)
else
  local body = value == 0 and '' or redis.call('GETRANGE', key, 128, bodyEnd(head) - 1)
  local kept = value == 0 and 'K\245\1L' .. string.rep('\0', 124) or head
  local ends = value > 0 and value < lasts and now + value or 0
  redis.call('SET', key, freed(kept, lasts > 0 and FAILED or 0, ends) .. body .. trailer)
  if value ~= -1 then redis.call('PEXPIRE', key, math.max(value, lasts)) end
end
wake(head)
return 1
