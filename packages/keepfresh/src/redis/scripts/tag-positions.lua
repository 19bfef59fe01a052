-- The newest invalidation and expiry of each tag.
-- flags: allow-oom
-- KEYS, ARGV 1-3 as in parts/control.lua
-- ARGV 4... "h<tag>" and "s<tag>" for each tag
-- Returns {epoch, position or false, ...}
--- include parts/control.lua
readState()
if not tablesAreIntact() or redis.call('EXISTS', LOG) == 0 then
  startEpoch(0, 0)
  writeState()
end
local reply = ARGV[4] and redis.call('ZMSCORE', TAGS, unpack(ARGV, 4)) or {}
table.insert(reply, 1, epoch)
return reply
