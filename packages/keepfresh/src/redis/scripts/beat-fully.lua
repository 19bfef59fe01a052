-- Records that a member is alive and what it applied, and returns what follows, whatever state the log is in.
-- flags: allow-oom
-- KEYS, ARGV 1-9 as in parts/control.lua
-- Returns {the rest of the state and now f64 in one, head, entries}; to boot also {from, its nonce, patterns with
-- positions, meta}
--- include parts/control.lua
local maxLag, applied, most = tonumber(ARGV[5]), tonumber(ARGV[7]), tonumber(ARGV[9])

readState()
local remembers = applied > 0 and ARGV[8] ~= '' and ARGV[6] == epoch
if not tablesAreIntact() or applied > last then
  startEpoch(applied, maxLag)
else
  meetServer(remembers, applied, maxLag)
end

local boots = not remembers or ARGV[6] ~= epoch
local entries
if not boots then
  local how
  how, entries = follow(applied, ARGV[8], most)
  if how == 'lost' then startEpoch(applied, maxLag) end
  boots = how ~= 'fits'
end
local from, fromNonce
if boots then
  entries = redis.pcall('XRANGE', LOG, '-', '+', 'COUNT', most)
  if #entries == 0 then
    startEpoch(applied, maxLag)
    entries = redis.call('XRANGE', LOG, '-', '+')
  end
  from, fromNonce = linkOf(entries[1])
end

redis.call('HSET', META, ARGV[4], struct.pack(MEMBER, boots and 0 or applied, maxLag, now))
endSettlingIfAllSpoke()
sweep()
writeState()

local reply = { restAndNow(), headText(), entries }
if boots then
  reply[4] = { from, fromNonce, redis.call('ZRANGE', PATTERNS, 0, -1, 'WITHSCORES'), metaFields() }
end
return reply
