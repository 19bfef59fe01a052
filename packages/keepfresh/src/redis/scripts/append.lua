-- Appends one entry to the log, and its tags and patterns to their tables: the common case, in which the member has applied
-- all that came before, nothing is wrong, nothing is due and nothing has to be dropped. In every other it
-- writes nothing and leaves it to append-fully.lua.
-- flags: allow-oom
-- KEYS as in parts/control.lua
-- ARGV 1-4 as in beat.lua  5 nonce of the entry  6 the bans  7 most tags  8 most patterns
--      9... "h<tag>", "s<tag>" and "p<pattern>"
-- Returns state, now f64 and 8 bytes in one | false
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.pcall('HGET', KEYS[2], 'state')
if type(state) ~= 'string' or redis.call('EXISTS', KEYS[1], KEYS[3], KEYS[4]) ~= 3 then return false end
if string.sub(state, 1, 40) ~= ARGV[1] or string.sub(state, 81) ~= ARGV[2] then return false end
if math.abs(now - struct.unpack('>d', state, 73)) >= 1000 then return false end
local added = #ARGV - 8
if added > 0 then
  if redis.call('ZCARD', KEYS[3]) - 1 + added > tonumber(ARGV[7]) then return false end
  if redis.call('ZCARD', KEYS[4]) - 1 + added > tonumber(ARGV[8]) then return false end
end

local position = math.max(struct.unpack('>d', state, 17) + 1, (now - 1767225600000) * 4096)
local id = string.format('%.0f', position)
redis.call('XADD', KEYS[1], id .. '-0', 'e', string.sub(ARGV[1], 17) .. ARGV[5] .. ARGV[6])
for i = 9, #ARGV do
  redis.call('ZADD', string.byte(ARGV[i]) == 112 and KEYS[4] or KEYS[3], id, ARGV[i])
end
local seen = struct.pack('>dd', now, 0)
state = string.sub(state, 1, 16) .. struct.pack('>d', position) .. ARGV[5] .. string.sub(state, 41)
redis.call('HSET', KEYS[2], 'state', state, ARGV[3], ARGV[4] .. seen)
redis.pcall('PUBLISH', string.sub(KEYS[1], 1, -4) .. 'news', string.sub(ARGV[3], 3))
return state .. seen
