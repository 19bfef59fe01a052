-- Appends one entry to the log, and its tags and patterns to their tables: the common case, in which nothing is wrong,
-- nothing is due, nothing has to be dropped and the member has missed few entries or none. In every other it
-- writes nothing and leaves it to append-fully.lua.
-- flags: allow-oom
-- KEYS as in parts/control.lua
-- ARGV 1-4 as in beat.lua  5 nonce of the entry  6 the bans  7 most tags  8 most patterns
--      9 most missed entries to return, and one  10... "h<tag>", "s<tag>" and "p<pattern>"
-- Returns state, now f64 and 8 bytes in one, or {that, 1, the entries that follow `applied`} | false
local state = redis.pcall('HGET', KEYS[2], 'state')
if type(state) ~= 'string' or string.sub(state, 73) ~= ARGV[2] then return false end
local missed
if string.sub(state, 1, 40) ~= ARGV[1] then
  if string.sub(state, 1, 16) ~= string.sub(ARGV[1], 1, 16) then return false end
  local after = string.format('%.0f-1', struct.unpack('>d', ARGV[4]))
  missed = redis.pcall('XRANGE', KEYS[1], after, '+', 'COUNT', ARGV[9])
  if #missed == 0 or #missed == tonumber(ARGV[9]) then return false end
  if string.sub(missed[1][2][2], 1, 24) ~= string.sub(ARGV[1], 17) then return false end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if math.abs(now - struct.unpack('>d', state, 65)) >= 1000 then return false end
local tags, patterns = redis.pcall('ZCARD', KEYS[3]), redis.pcall('ZCARD', KEYS[4])
if type(tags) ~= 'number' or type(patterns) ~= 'number' or tags == 0 or patterns == 0 then return false end
-- Each table holds one member that is no ban.
local added = #ARGV - 9 - 1
if tags + added > tonumber(ARGV[7]) or patterns + added > tonumber(ARGV[8]) then return false end

local position = math.max(struct.unpack('>d', state, 17) + 1, (now - 1767225600000) * 4096)
local id = string.format('%.0f', position)
local entry = string.sub(state, 17, 40) .. ARGV[5] .. ARGV[6]
if not redis.call('XADD', KEYS[1], 'NOMKSTREAM', id .. '-0', 'e', entry) then return false end
for i = 10, #ARGV do
  redis.call('ZADD', string.byte(ARGV[i]) == 112 and KEYS[4] or KEYS[3], id, ARGV[i])
end
local seen = struct.pack('>dd', now, 0)
state = string.sub(state, 1, 16) .. struct.pack('>d', position) .. ARGV[5] .. string.sub(state, 41)
redis.call('HSET', KEYS[2], 'state', state, ARGV[3], ARGV[4] .. seen)
redis.pcall('PUBLISH', string.sub(KEYS[1], 1, -4) .. 'news', string.sub(ARGV[3], 3))
if missed then return { state .. seen, 1, missed } end
return state .. seen
