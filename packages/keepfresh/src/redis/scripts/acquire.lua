-- Asks for the right to fill a key.
-- KEYS 1 the data key
-- ARGV 1 token (16 bytes)  2 leaseMs  3 token of the value the caller saw, or ''
--      4 token of the lease it waited for, or ''  5 '1' when it will wait
-- Returns {0} granted | {1, record} | {2, holder, remainingMs} | {3, failure}
--- include parts/record.lua
local token, leaseMs, seen, awaited = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]

local function failureOf(head, now)
  if awaited == '' or not has(head, FAILED) then return nil end
  local failure = redis.call('GETRANGE', key, bodyEnd(head), -1)
  if string.sub(failure, 1, 16) ~= awaited or number(failure, 16) <= now then return nil end
  return string.sub(failure, 25)
end

-- A lease that ends later than it was given for belongs to a clock that was set back: it is void.
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
-- Not ours: the caller may load, and its fill will find no lease.
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
return { 0 }
