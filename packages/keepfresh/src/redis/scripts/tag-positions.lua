-- The newest invalidation and expiry of each tag.
-- flags: allow-oom
-- KEYS, ARGV 1-3 as in parts/control.lua
-- ARGV 4... "h<tag>" and "s<tag>" for each tag
-- Returns {epoch, position or false, ...}
--- include parts/control.lua
readState()
if not tablesAreIntact() or redis.call('TYPE', LOG).ok ~= 'stream' then
  startEpoch(0, 0)
  writeState()
end
local reply = { epoch }
if ARGV[4] then
  local positions = redis.call('HMGET', TAGS, unpack(ARGV, 4))
  local old = redis.call('HMGET', OLD_TAGS, unpack(ARGV, 4))
  for i = 1, #positions do reply[i + 1] = positions[i] or old[i] end
end
return reply
