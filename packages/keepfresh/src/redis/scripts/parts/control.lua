-- What the scripts of the log share. All control keys lie in one slot:
--   KEYS 1 {name}:log       stream: `<position>-0` -> e: previous f64, its nonce 16, nonce 16, bans (JSON);
--                           also the channel that tells of entries: the member who appended
--        2 {name}:tags      hash: "=head" -> epoch 16, last f64, nonce 16, run id: all that an append changes;
--                           "=rest" -> floor f64, settleUntil f64, quietUntil f64, swept f64, turned f64;
--                           "h<tag>" invalidated, "s<tag>" expired -> position: the tags since `turned`
--        3 {name}:meta      hash: "m:<member>" -> applied f64, maxLagMs f64, seen f64, and suspected f64 if it is;
--                           "h:<token>" -> "<until> <covers>"
--        4 {name}:patterns  sorted set: "p<pattern>" -> position
--        5 {name}:old-tags  hash: the tags up to `turned`, which are dropped all at once
--   ARGV 1 limits: "<retentionMs> <most tags> <most patterns> <pruneMs>"
--        2 start of the run id of this server, or ''  3 16 random hexadecimal digits
-- and in those of a member
--        4 "m:<member>"  5 maxLagMs  6 its epoch  7 applied  8 nonce there, or ''  9 most entries to return
-- A key that is lost loses bans. So each carries the epoch: the tags in their head, meta and the old tags in a
-- field "=", the patterns as a member "=<epoch>" that is never dropped, the log as the entry at `last`, which is
-- never trimmed.
local LOG, TAGS, META, PATTERNS, OLD_TAGS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local START_OF_2026 = 1767225600000
local HEAD = '>c16dc16'
local REST = '>ddddd'
local MEMBER = '>ddd'
-- Silent for so many of its H, a member is none whom anybody has to wait for.
local SILENT = 3
-- For so many H, at most, a member that was there is waited for.
local AWAITED = 5

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function text(number)
  return string.format('%.0f', number)
end

local function positionAt(ms)
  return math.max(1, (ms - START_OF_2026) * 4096)
end

local limits = {}
for number in string.gmatch(ARGV[1], '%d+') do limits[#limits + 1] = tonumber(number) end
local RETENTION, MOST_TAGS, MOST_PATTERNS, PRUNE = unpack(limits)

local epoch, last, nonce, floor, settleUntil, quietUntil, swept, turned, runId

local function readState()
  local state = redis.pcall('HMGET', TAGS, '=head', '=rest')
  local head, rest = state[1], state[2]
  if not head or not rest or #head < 40 or #rest ~= 40 then
    epoch, last, nonce, floor, settleUntil, quietUntil, swept, turned, runId = '', 0, '', 0, 0, 0, 0, 0, ''
    return
  end
  epoch, last, nonce = struct.unpack(HEAD, head)
  floor, settleUntil, quietUntil, swept, turned = struct.unpack(REST, rest)
  runId = string.sub(head, 41)
end

local function headText()
  return struct.pack(HEAD, epoch, last, nonce) .. runId
end

local function restText()
  return struct.pack(REST, floor, settleUntil, quietUntil, swept, turned)
end

local function writeState()
  redis.call('HSET', TAGS, '=head', headText(), '=rest', restText())
end

local function restAndNow()
  return restText() .. struct.pack('>d', now)
end

local function tablesAreIntact()
  return epoch ~= '' and redis.pcall('HGET', META, '=') == epoch and redis.pcall('HGET', OLD_TAGS, '=') == epoch
    and type(redis.pcall('ZSCORE', PATTERNS, '=' .. epoch)) == 'string'
end

-- Fields and values of meta as a flat list; empty when it is lost.
local function metaFields()
  local fields = redis.pcall('HGETALL', META)
  return fields.err and {} or fields
end

-- Calls visit(field, applied, maxLagMs, seen) for each member; stops when that returns true, and returns it.
local function anyMember(visit)
  local fields = metaFields()
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'm:' and visit(fields[i], struct.unpack(MEMBER, fields[i + 1])) then
      return true
    end
  end
  return false
end

-- Removes those who were gone before the server changed, by the one clock that noted when each was seen: what they
-- knew is not trusted any more, and they come back like new ones.
local function dropSilent()
  local newest = 0
  anyMember(function(_, _, _, seen) newest = math.max(newest, seen) end)
  anyMember(function(field, _, maxLag, seen)
    if newest - seen > SILENT * maxLag then redis.call('HDEL', META, field) end
  end)
end

-- Nobody is waited for any more when each member has said what it applied, and the unknown had the longest H.
local function endSettlingIfAllSpoke()
  if settleUntil <= now or quietUntil > now then return end
  local isAwaited = function(_, applied) return applied == 0 end
  if not anyMember(isAwaited) then settleUntil = 0 end
end

-- Takes back what every member said it applied, so that nobody counts on it, and returns for how long any of
-- them may still trust what it knew.
local function forgetMembers(maxLag)
  local fields = metaFields()
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'm:' then
      local _, lag = struct.unpack(MEMBER, fields[i + 1])
      maxLag = math.max(maxLag, lag)
      redis.call('HSET', META, fields[i], struct.pack('>d', 0) .. string.sub(fields[i + 1], 9))
    end
  end
  return maxLag
end

local function emptyOldTags()
  redis.call('UNLINK', OLD_TAGS)
  redis.call('HSET', OLD_TAGS, '=', epoch)
end

-- What is in the hash of the tags besides them is written at the end of each script that comes here.
local function emptyTables()
  redis.call('UNLINK', TAGS, PATTERNS)
  redis.call('ZADD', PATTERNS, 'inf', '=' .. epoch)
  emptyOldTags()
  turned = last
end

-- The position of the newest entry, which outlives a head that is lost.
local function newestPosition()
  local newest = redis.pcall('XREVRANGE', LOG, '+', '-', 'COUNT', 1)
  return newest[1] and tonumber(string.match(newest[1][1], '^%d+')) or 0
end

-- Nobody can vouch for the history: everything older is invalid from here on. Positions go on above all
-- that anybody has seen. Members and holds that are still known stay known.
local function startEpoch(applied, maxLag)
  local base = math.max(last, newestPosition(), applied, positionAt(now))
  if redis.call('TYPE', META).ok ~= 'hash' then redis.call('DEL', META) end
  quietUntil = now + forgetMembers(maxLag)
  epoch, last, nonce, floor = ARGV[3], base + 1, ARGV[3], base
  settleUntil, swept, runId = 0, now, ARGV[2]
  redis.call('DEL', LOG)
  redis.call('XADD', LOG, text(last) .. '-0', 'e', struct.pack('>dc16c16', base, nonce, nonce) .. '[]')
  redis.call('HSET', META, '=', epoch)
  emptyTables()
end

-- The server is another one than the last time: its history may have been cut. Those who remember more get
-- the time to say so before anybody trusts it: the longest H, and several of it as long as a member that was there
-- is missing. Where the first to come remembers nothing, nobody can.
local function meetServer(remembers, applied, maxLag)
  if runId == ARGV[2] or ARGV[2] == '' then return end
  if runId ~= '' then
    if not remembers then return startEpoch(applied, maxLag) end
    local longest = forgetMembers(maxLag)
    dropSilent()
    settleUntil, quietUntil = now + AWAITED * longest, now + longest
  end
  runId = ARGV[2]
end

-- Drops the `count` oldest patterns, and raises the floor to what was dropped.
local function dropPatterns(count)
  local newest = redis.call('ZRANGE', PATTERNS, count - 1, count - 1, 'WITHSCORES')
  redis.call('ZREMRANGEBYRANK', PATTERNS, 0, count - 1)
  floor = math.max(floor, tonumber(newest[2]))
end

local function sweepPatterns()
  local over = redis.call('ZCARD', PATTERNS) - 1 - MOST_PATTERNS
  if over > 0 then dropPatterns(over) end
  local cut = '(' .. text(positionAt(now - PRUNE))
  local old = redis.call('ZRANGEBYSCORE', PATTERNS, '-inf', cut, 'LIMIT', 0, 200)
  if #old > 0 then dropPatterns(#old) end
end

local function dropOldTags()
  if redis.call('HLEN', OLD_TAGS) > 1 then floor = math.max(floor, turned) end
  emptyOldTags()
end

-- A hash does not tell which of its fields are old. So there are two, and what is dropped is all that the older has:
-- none of it is newer than `turned`. However many there are, it takes a few commands.
local function turnTags()
  dropOldTags()
  redis.call('RENAME', TAGS, OLD_TAGS)
  redis.call('HDEL', OLD_TAGS, '=head', '=rest')
  redis.call('HSET', OLD_TAGS, '=', epoch)
  turned = last
end

local function sweepTags()
  local isOld = turned < positionAt(now - PRUNE) and turned < last
  if isOld or redis.call('HLEN', TAGS) - 2 > MOST_TAGS / 2 then turnTags() end
  if redis.call('HLEN', TAGS) + redis.call('HLEN', OLD_TAGS) - 3 > MOST_TAGS then dropOldTags() end
end

-- A member that is silent for ten times its H is suspected, and removed when it stays so as long again: a
-- clock that jumps must not remove those who are there. One that comes back is listed again, and told what
-- follows, in the same step: until then it has long ceased to trust, so nobody has to be told.
local function sweepMember(field, value)
  local _, maxLag, seen = struct.unpack(MEMBER, value)
  local patience = 10 * maxLag
  if now - seen <= patience then return maxLag end
  if #value == 24 then
    redis.call('HSET', META, field, value .. struct.pack('>d', now))
  elseif now - struct.unpack('>d', value, 25) > patience then
    redis.call('HDEL', META, field)
  end
  return maxLag
end

-- A wait that is longer than it can be was begun by a clock that has been set back since.
local function sweepFields()
  local fields, longest = metaFields(), 0
  for i = 1, #fields, 2 do
    local kind = string.sub(fields[i], 1, 2)
    if kind == 'm:' then
      longest = math.max(longest, sweepMember(fields[i], fields[i + 1]))
    elseif kind == 'h:' and tonumber(string.match(fields[i + 1], '^%d+')) <= now then
      redis.call('HDEL', META, fields[i])
    end
  end
  settleUntil = math.min(settleUntil, now + AWAITED * longest)
  quietUntil = math.min(quietUntil, now + longest)
end

local function trim()
  local cut = math.min(positionAt(now - RETENTION), last)
  redis.call('XTRIM', LOG, 'MINID', '=', text(cut) .. '-0')
end

-- Forgets what is old, at most once a second: the short scripts stand back when that is due.
local function sweep()
  if math.abs(now - swept) < 1000 then return end
  swept = now
  trim()
  sweepTags()
  sweepPatterns()
  sweepFields()
end

local function linkOf(entry)
  return struct.unpack('>dc16c16', entry[2][2])
end

-- How what a member applied fits the log: 'lost' when the log does not hold it or holds something else,
-- 'behind' when entries it needs were trimmed, 'fits' otherwise; and the entries that follow, at most `most`.
local function follow(applied, itsNonce, most)
  if applied > last then return 'lost', {} end
  local entries = redis.pcall('XRANGE', LOG, text(applied), '+', 'COUNT', most + 1)
  if #entries == 0 then return 'lost', {} end
  local previous, before, own = linkOf(entries[1])
  if entries[1][1] == text(applied) .. '-0' then
    table.remove(entries, 1)
    if own ~= itsNonce then return 'lost', {} end
    if #entries > 0 and linkOf(entries[1]) ~= applied then return 'behind', {} end
    return 'fits', entries
  end
  if previous > applied then return 'behind', {} end
  if previous < applied or before ~= itsNonce then return 'lost', {} end
  entries[most + 1] = nil
  return 'fits', entries
end
