-- What the data scripts know of a record. The layout is in core/policy/record-layout.ts: all of it that is
-- used here lies in the header, which is the same in every version. Offsets count from 0 in Redis commands
-- and from 1 in Lua's string functions.
local key = KEYS[1]
local WAITED = 1
local FAILED = 2
local NOBODY = string.rep('\0', 16)

-- Milliseconds of this node's clock. Numbers of this size are exact as doubles.
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- The header; nil without a key, false when something else than a record is there: that is never written to.
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

-- Whether a value is there whose end has not passed, in whatever version.
local function hasValue(head, now)
  local ends = number(head, 120)
  return string.sub(head, 4, 4) == 'V' and (ends == 0 or ends > now)
end

-- Keeps the key alive for as long as the lease and notes when its value ends, once.
local function prolong(head, now, leaseMs)
  local left = redis.call('PTTL', key)
  if left < 0 or left >= leaseMs then return end
  if string.sub(head, 4, 4) == 'V' and number(head, 120) == 0 then
    redis.call('SETRANGE', key, 120, struct.pack('>d', now + left))
  end
  redis.call('PEXPIRE', key, leaseMs)
end

-- Tells those who wait for this key, if there are any; they poll as well, so a refusal does not matter.
local function wake(head)
  if has(head, WAITED) then
    redis.pcall('PUBLISH', '{' .. string.match(key, '^[^:]*') .. '}:wake', key)
  end
end
