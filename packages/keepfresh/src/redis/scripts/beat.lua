-- Records that a member is alive and what it applied, and returns what follows: the common case, in which
-- nothing is wrong and nothing is due. In every other it leaves it to beat-fully.lua.
-- That is also sent here once a second, and looks closer.
-- flags: allow-oom
-- KEYS 1 {name}:log  2 {name}:tags  3 {name}:meta
-- ARGV 1 the head as the member knows it  2 "m:<member>"  3 applied f64, maxLagMs f64
-- Returns the rest of the state and now f64 in one
--       | {that, the head, the entry at `applied` and those that follow} | false
local try, KEYS, ARGV = redis.pcall, KEYS, ARGV
local state = try('HMGET', KEYS[2], '=head', '=rest')
local head, rest = state[1], state[2]
if not head or not rest then return false end
local entries
if head ~= ARGV[1] then
  if string.sub(head, 41) ~= string.sub(ARGV[1], 41) then return false end
  if string.sub(head, 1, 16) ~= string.sub(ARGV[1], 1, 16) then return false end
  local id = string.format('%.0f', struct.unpack('>d', ARGV[1], 17))
  entries = try('XRANGE', KEYS[1], id, '+', 'COUNT', 257)
  if #entries < 2 or entries[1][1] ~= id .. '-0' then return false end
  if string.sub(entries[1][2][2], 25, 40) ~= string.sub(ARGV[1], 25, 40) then return false end
  if string.sub(entries[2][2][2], 1, 8) ~= string.sub(ARGV[1], 17, 24) then return false end
end
local time = try('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if math.abs(now - struct.unpack('>d', rest, 25)) >= 1000 then return false end
-- Whoever speaks may be the last who is waited for.
if struct.unpack('>d', rest, 9) > now then return false end
local seen = struct.pack('>d', now)
-- Who is new there may be so because all members are lost.
if try('HSET', KEYS[3], ARGV[2], ARGV[3] .. seen) ~= 0 then return false end
if entries then return { rest .. seen, head, entries } end
return rest .. seen
