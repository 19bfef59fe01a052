-- Appends one entry to the log, and what it bans to the tables: the common case, in which the log is as the member
-- knows it or has a few entries more. In every other it writes nothing and leaves it to append-fully.lua.
-- What is written is made by the member beforehand: the server's processor is everybody's. What is due to be
-- forgotten is left to the beats.
-- flags: allow-oom
-- KEYS 1 {name}:log  2 {name}:tags and, as far as they are written, the others of parts/control.lua
-- ARGV 1 the head as the member knows it  2 the position of the entry, if that is so  3 the entry  4 the head afterwards
--      5 the member  6... effects: "h<tag>", "s<tag>", "p<pattern>", "H<token> <until> <covers>", "R<token>"
-- A table that is lost is found out before anybody is told what it says.
-- Returns 1 | {the head afterwards, the entries that the member had not applied} | false
local call, try, KEYS, ARGV = redis.call, redis.pcall, KEYS, ARGV
local log, tags = KEYS[1], KEYS[2]
local head = try('HGET', tags, '=head')
local position, entry, after, missed = ARGV[2], ARGV[3], ARGV[4]
if head ~= ARGV[1] then
  if type(head) ~= 'string' or string.sub(head, 41) ~= string.sub(ARGV[1], 41) then return false end
  if string.sub(head, 1, 16) ~= string.sub(ARGV[1], 1, 16) then return false end
  local beyond = string.format('%.0f-1', struct.unpack('>d', ARGV[1], 17))
  missed = try('XRANGE', log, beyond, '+', 'COUNT', 65)
  if #missed == 0 or #missed == 65 then return false end
  if string.sub(missed[1][2][2], 1, 24) ~= string.sub(ARGV[1], 17, 40) then return false end
  local number = math.max(struct.unpack('>d', head, 17) + 1, tonumber(position))
  position = string.format('%.0f', number)
  entry = string.sub(head, 17, 40) .. string.sub(entry, 25)
  after = string.sub(head, 1, 16) .. struct.pack('>d', number) .. string.sub(after, 25)
end
if type(try('XADD', log, 'NOMKSTREAM', position, 'e', entry)) ~= 'string' then return false end
if #ARGV == 6 and not KEYS[3] then
  call('HSET', tags, '=head', after, ARGV[6], position)
else
  call('HSET', tags, '=head', after)
  for i = 6, #ARGV do
    local effect = ARGV[i]
    local kind = string.byte(effect)
    if kind == 72 then
      call('HSET', KEYS[3], 'h:' .. string.sub(effect, 2, 33), string.sub(effect, 35))
    elseif kind == 82 then
      call('HDEL', KEYS[3], 'h:' .. string.sub(effect, 2))
    elseif kind == 112 then
      try('ZADD', KEYS[4], position, effect)
    else
      call('HSET', tags, effect, position)
    end
  end
end
try('PUBLISH', log, ARGV[5])
if missed then return { after, missed } end
return 1
