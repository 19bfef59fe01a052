-- Records that a member is alive and what it applied, and returns what follows: the common case, in which
-- nothing is wrong and nothing is due. In every other it writes nothing and leaves it to beat-fully.lua.
-- That is also sent here once a second, and looks closer.
-- flags: allow-oom
-- KEYS as in parts/control.lua
-- ARGV 1 epoch 16, applied f64, nonce 16  2 run id of this server  3 "m:<member>"  4 applied f64, maxLagMs f64
--      5 most entries to return, and one
-- Returns state, now f64 and 8 bytes in one, or {that, the entry at `applied` and those that follow} | false
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.pcall('HGET', KEYS[2], 'state')
if type(state) ~= 'string' or redis.call('EXISTS', KEYS[1], KEYS[3], KEYS[4]) ~= 3 then return false end
if string.sub(state, 73) ~= ARGV[2] then return false end
if math.abs(now - struct.unpack('>d', state, 65)) >= 1000 then return false end
local entries
if string.sub(state, 1, 40) ~= ARGV[1] then
  if string.sub(state, 1, 16) ~= string.sub(ARGV[1], 1, 16) then return false end
  local id = string.format('%.0f', struct.unpack('>d', ARGV[4]))
  entries = redis.pcall('XRANGE', KEYS[1], id, '+', 'COUNT', ARGV[5])
  if #entries < 2 or entries[1][1] ~= id .. '-0' then return false end
  if string.sub(entries[1][2][2], 25, 40) ~= string.sub(ARGV[1], 25) then return false end
  if string.sub(entries[2][2][2], 1, 8) ~= string.sub(ARGV[4], 1, 8) then return false end
end
local seen = struct.pack('>dd', now, 0)
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4] .. seen)
if entries then return { state .. seen, entries } end
return state .. seen
