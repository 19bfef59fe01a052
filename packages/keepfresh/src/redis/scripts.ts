// Made by scripts/embed-lua.mjs from the files in scripts/; edit those.
import type { LuaSource } from './script.ts';

/** `scripts/acquire.lua` */
export const acquireLua: LuaSource = {
  allowOom: false,
  text: String.raw`local key = KEYS[1]
local WAITED = 1
local FAILED = 2
local NOBODY = string.rep('\0', 16)
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function header()
  local head = redis.pcall('GETRANGE', key, 0, 127)
  if type(head) == 'table' then return false end
  if head == '' then return nil end
  if #head < 128 or string.sub(head, 1, 2) ~= 'K\245' then return false end
  return head
end
local function number(bytes, offset)
  return (struct.unpack('>d', bytes, offset + 1))
end
local function has(head, flag)
  return math.floor(string.byte(head, 5) / flag) % 2 == 1
end
local function holder(head)
  return string.sub(head, 25, 40)
end
local function bodyEnd(head)
  return 128 + struct.unpack('>I4', head, 53)
end
local function hasValue(head, now)
  local ends = number(head, 120)
  return string.sub(head, 4, 4) == 'V' and (ends == 0 or ends > now)
end
local function prolong(head, now, leaseMs)
  local left = redis.call('PTTL', key)
  if left < 0 or left >= leaseMs then return end
  if string.sub(head, 4, 4) == 'V' and number(head, 120) == 0 then
    redis.call('SETRANGE', key, 120, struct.pack('>d', now + left))
  end
  redis.call('PEXPIRE', key, leaseMs)
end
local function wake(head)
  if has(head, WAITED) then
    redis.pcall('PUBLISH', '{' .. string.match(key, '^[^:]*') .. '}:wake', key)
  end
end
local token, leaseMs, seen, awaited = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local function failureOf(head, now)
  if awaited == '' or not has(head, FAILED) then return nil end
  local failure = redis.call('GETRANGE', key, bodyEnd(head), -1)
  if string.sub(failure, 1, 16) ~= awaited or number(failure, 16) <= now then return nil end
  return string.sub(failure, 25)
end
local function remaining(head, now)
  if holder(head) == NOBODY then return 0 end
  local left = number(head, 40) - now
  if left > struct.unpack('>I4', head, 49) then return 0 end
  return left
end
local head = header()
local now = clock()
if head == nil then
  local empty = 'K\245\1L' .. string.rep('\0', 20)
  local lease = token .. struct.pack('>dI4', now + leaseMs, leaseMs)
  redis.call('SET', key, empty .. lease .. string.rep('\0', 76), 'PX', leaseMs)
  return { 0 }
end
if head == false then return { 0 } end
if holder(head) ~= token then
  local readable = string.byte(head, 3) == 1 and hasValue(head, now)
  if readable and string.sub(head, 9, 24) ~= seen then return { 1, redis.call('GET', key) } end
  local failure = failureOf(head, now)
  if failure then return { 3, failure } end
  local left = remaining(head, now)
  if left > 0 then
    if ARGV[5] == '1' and not has(head, WAITED) then
      redis.call('SETRANGE', key, 4, string.char(string.byte(head, 5) + WAITED))
    end
    return { 2, holder(head), left }
  end
end
redis.call('SETRANGE', key, 24, token .. struct.pack('>dI4', now + leaseMs, leaseMs))
prolong(head, now, leaseMs)
return { 0 }`,
};

/** `scripts/fill.lua` */
export const fillLua: LuaSource = {
  allowOom: false,
  text: String.raw`local key = KEYS[1]
local WAITED = 1
local FAILED = 2
local NOBODY = string.rep('\0', 16)
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function header()
  local head = redis.pcall('GETRANGE', key, 0, 127)
  if type(head) == 'table' then return false end
  if head == '' then return nil end
  if #head < 128 or string.sub(head, 1, 2) ~= 'K\245' then return false end
  return head
end
local function number(bytes, offset)
  return (struct.unpack('>d', bytes, offset + 1))
end
local function has(head, flag)
  return math.floor(string.byte(head, 5) / flag) % 2 == 1
end
local function holder(head)
  return string.sub(head, 25, 40)
end
local function bodyEnd(head)
  return 128 + struct.unpack('>I4', head, 53)
end
local function hasValue(head, now)
  local ends = number(head, 120)
  return string.sub(head, 4, 4) == 'V' and (ends == 0 or ends > now)
end
local function prolong(head, now, leaseMs)
  local left = redis.call('PTTL', key)
  if left < 0 or left >= leaseMs then return end
  if string.sub(head, 4, 4) == 'V' and number(head, 120) == 0 then
    redis.call('SETRANGE', key, 120, struct.pack('>d', now + left))
  end
  redis.call('PEXPIRE', key, leaseMs)
end
local function wake(head)
  if has(head, WAITED) then
    redis.pcall('PUBLISH', '{' .. string.match(key, '^[^:]*') .. '}:wake', key)
  end
end
local head = header()
if not head or holder(head) ~= string.sub(ARGV[1], 9, 24) then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
wake(head)
return 1`,
};

/** `scripts/invalidate.lua` */
export const invalidateLua: LuaSource = {
  allowOom: true,
  text: String.raw`local key = KEYS[1]
local WAITED = 1
local FAILED = 2
local NOBODY = string.rep('\0', 16)
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function header()
  local head = redis.pcall('GETRANGE', key, 0, 127)
  if type(head) == 'table' then return false end
  if head == '' then return nil end
  if #head < 128 or string.sub(head, 1, 2) ~= 'K\245' then return false end
  return head
end
local function number(bytes, offset)
  return (struct.unpack('>d', bytes, offset + 1))
end
local function has(head, flag)
  return math.floor(string.byte(head, 5) / flag) % 2 == 1
end
local function holder(head)
  return string.sub(head, 25, 40)
end
local function bodyEnd(head)
  return 128 + struct.unpack('>I4', head, 53)
end
local function hasValue(head, now)
  local ends = number(head, 120)
  return string.sub(head, 4, 4) == 'V' and (ends == 0 or ends > now)
end
local function prolong(head, now, leaseMs)
  local left = redis.call('PTTL', key)
  if left < 0 or left >= leaseMs then return end
  if string.sub(head, 4, 4) == 'V' and number(head, 120) == 0 then
    redis.call('SETRANGE', key, 120, struct.pack('>d', now + left))
  end
  redis.call('PEXPIRE', key, leaseMs)
end
local function wake(head)
  if has(head, WAITED) then
    redis.pcall('PUBLISH', '{' .. string.match(key, '^[^:]*') .. '}:wake', key)
  end
end
local head = header()
if head == nil then return 0 end
redis.call('UNLINK', key)
if head then wake(head) end
return 1`,
};

/** `scripts/put.lua` */
export const putLua: LuaSource = {
  allowOom: false,
  text: String.raw`local key = KEYS[1]
local WAITED = 1
local FAILED = 2
local NOBODY = string.rep('\0', 16)
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function header()
  local head = redis.pcall('GETRANGE', key, 0, 127)
  if type(head) == 'table' then return false end
  if head == '' then return nil end
  if #head < 128 or string.sub(head, 1, 2) ~= 'K\245' then return false end
  return head
end
local function number(bytes, offset)
  return (struct.unpack('>d', bytes, offset + 1))
end
local function has(head, flag)
  return math.floor(string.byte(head, 5) / flag) % 2 == 1
end
local function holder(head)
  return string.sub(head, 25, 40)
end
local function bodyEnd(head)
  return 128 + struct.unpack('>I4', head, 53)
end
local function hasValue(head, now)
  local ends = number(head, 120)
  return string.sub(head, 4, 4) == 'V' and (ends == 0 or ends > now)
end
local function prolong(head, now, leaseMs)
  local left = redis.call('PTTL', key)
  if left < 0 or left >= leaseMs then return end
  if string.sub(head, 4, 4) == 'V' and number(head, 120) == 0 then
    redis.call('SETRANGE', key, 120, struct.pack('>d', now + left))
  end
  redis.call('PEXPIRE', key, leaseMs)
end
local function wake(head)
  if has(head, WAITED) then
    redis.pcall('PUBLISH', '{' .. string.match(key, '^[^:]*') .. '}:wake', key)
  end
end
local head = header()
if head == false then return 0 end
if head and number(head, 104) > number(ARGV[1], 104) and hasValue(head, clock()) then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
if head then wake(head) end
return 1`,
};

/** `scripts/release.lua` */
export const releaseLua: LuaSource = {
  allowOom: true,
  text: String.raw`local key = KEYS[1]
local WAITED = 1
local FAILED = 2
local NOBODY = string.rep('\0', 16)
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function header()
  local head = redis.pcall('GETRANGE', key, 0, 127)
  if type(head) == 'table' then return false end
  if head == '' then return nil end
  if #head < 128 or string.sub(head, 1, 2) ~= 'K\245' then return false end
  return head
end
local function number(bytes, offset)
  return (struct.unpack('>d', bytes, offset + 1))
end
local function has(head, flag)
  return math.floor(string.byte(head, 5) / flag) % 2 == 1
end
local function holder(head)
  return string.sub(head, 25, 40)
end
local function bodyEnd(head)
  return 128 + struct.unpack('>I4', head, 53)
end
local function hasValue(head, now)
  local ends = number(head, 120)
  return string.sub(head, 4, 4) == 'V' and (ends == 0 or ends > now)
end
local function prolong(head, now, leaseMs)
  local left = redis.call('PTTL', key)
  if left < 0 or left >= leaseMs then return end
  if string.sub(head, 4, 4) == 'V' and number(head, 120) == 0 then
    redis.call('SETRANGE', key, 120, struct.pack('>d', now + left))
  end
  redis.call('PEXPIRE', key, leaseMs)
end
local function wake(head)
  if has(head, WAITED) then
    redis.pcall('PUBLISH', '{' .. string.match(key, '^[^:]*') .. '}:wake', key)
  end
end
local token, failure, failureMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
local function valueLeft(head, now)
  if not hasValue(head, now) then return 0 end
  local ends = number(head, 120)
  return ends > 0 and ends - now or redis.call('PTTL', key)
end
local function failureLeft(head, now)
  if failure ~= '' then return token .. struct.pack('>d', now + failureMs) .. failure, failureMs end
  if not has(head, FAILED) then return '', 0 end
  local older = redis.call('GETRANGE', key, bodyEnd(head), -1)
  local left = number(older, 16) - now
  if left > 0 then return older, left end
  return '', 0
end
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
return 1`,
};

/** `scripts/renew.lua` */
export const renewLua: LuaSource = {
  allowOom: false,
  text: String.raw`local key = KEYS[1]
local WAITED = 1
local FAILED = 2
local NOBODY = string.rep('\0', 16)
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function header()
  local head = redis.pcall('GETRANGE', key, 0, 127)
  if type(head) == 'table' then return false end
  if head == '' then return nil end
  if #head < 128 or string.sub(head, 1, 2) ~= 'K\245' then return false end
  return head
end
local function number(bytes, offset)
  return (struct.unpack('>d', bytes, offset + 1))
end
local function has(head, flag)
  return math.floor(string.byte(head, 5) / flag) % 2 == 1
end
local function holder(head)
  return string.sub(head, 25, 40)
end
local function bodyEnd(head)
  return 128 + struct.unpack('>I4', head, 53)
end
local function hasValue(head, now)
  local ends = number(head, 120)
  return string.sub(head, 4, 4) == 'V' and (ends == 0 or ends > now)
end
local function prolong(head, now, leaseMs)
  local left = redis.call('PTTL', key)
  if left < 0 or left >= leaseMs then return end
  if string.sub(head, 4, 4) == 'V' and number(head, 120) == 0 then
    redis.call('SETRANGE', key, 120, struct.pack('>d', now + left))
  end
  redis.call('PEXPIRE', key, leaseMs)
end
local function wake(head)
  if has(head, WAITED) then
    redis.pcall('PUBLISH', '{' .. string.match(key, '^[^:]*') .. '}:wake', key)
  end
end
local leaseMs = tonumber(ARGV[2])
local head = header()
if not head or holder(head) ~= ARGV[1] then return 0 end
local now = clock()
redis.call('SETRANGE', key, 40, struct.pack('>dI4', now + leaseMs, leaseMs))
prolong(head, now, leaseMs)
return 1`,
};
