/* oxlint-disable max-lines */
// Made by scripts/embed-lua.mjs from the files beside it; edit those.
import type { LuaSource } from './script.ts';

const controlPart = String.raw`local LOG, TAGS, META, PATTERNS, OLD_TAGS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local START_OF_2026 = 1767225600000
local HEAD = '>c16dc16'
local REST = '>ddddd'
local MEMBER = '>ddd'
local SILENT = 3
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
local function metaFields()
  local fields = redis.pcall('HGETALL', META)
  return fields.err and {} or fields
end
local function anyMember(visit)
  local fields = metaFields()
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 2) == 'm:' and visit(fields[i], struct.unpack(MEMBER, fields[i + 1])) then
      return true
    end
  end
  return false
end
local function dropSilent()
  local newest = 0
  anyMember(function(_, _, _, seen) newest = math.max(newest, seen) end)
  anyMember(function(field, _, maxLag, seen)
    if newest - seen > SILENT * maxLag then redis.call('HDEL', META, field) end
  end)
end
local function endSettlingIfAllSpoke()
  if settleUntil <= now or quietUntil > now then return end
  local isAwaited = function(_, applied) return applied == 0 end
  if not anyMember(isAwaited) then settleUntil = 0 end
end
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
local function emptyTables()
  redis.call('UNLINK', TAGS, PATTERNS)
  redis.call('ZADD', PATTERNS, 'inf', '=' .. epoch)
  emptyOldTags()
  turned = last
end
local function newestPosition()
  local newest = redis.pcall('XREVRANGE', LOG, '+', '-', 'COUNT', 1)
  return newest[1] and tonumber(string.match(newest[1][1], '^%d+')) or 0
end
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
`;

const recordPart = String.raw`local key = KEYS[1]
local WAITED = 1
local FAILED = 2
local NOBODY = string.rep('\0', 16)
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function header()
  local head = redis.pcall('GETRANGE', key, 0, 127)
  if type(head) == 'table' then return false end
  if head == '' then return nil end
  if #head < 128 or string.sub(head, 1, 2) ~= 'K\245' then return false end
  return head
end
local function number(bytes, offset)
  return (struct.unpack('>d', bytes, offset + 1))
end
local function has(head, flag)
  return math.floor(string.byte(head, 5) / flag) % 2 == 1
end
local function holder(head)
  return string.sub(head, 25, 40)
end
local function bodyEnd(head)
  return 128 + struct.unpack('>I4', head, 53)
end
local function hasValue(head, now)
  local ends = number(head, 120)
  return string.sub(head, 4, 4) == 'V' and (ends == 0 or ends > now)
end
local function prolong(head, now, leaseMs)
  local left = redis.call('PTTL', key)
  if left < 0 or left >= leaseMs then return end
  if string.sub(head, 4, 4) == 'V' and number(head, 120) == 0 then
    redis.call('SETRANGE', key, 120, struct.pack('>d', now + left))
  end
  redis.call('PEXPIRE', key, leaseMs)
end
local function wake(head)
  if has(head, WAITED) then
    redis.pcall('PUBLISH', '{' .. string.match(key, '^[^:]*') .. '}:wake', key)
  end
end
`;

/** `scripts/acquire.lua` */
export const acquireLua: LuaSource = {
  allowOom: false,
  text:
    recordPart +
    String.raw`local token, leaseMs, seen, awaited = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local function failureOf(head, now)
  if awaited == '' or not has(head, FAILED) then return nil end
  local failure = redis.call('GETRANGE', key, bodyEnd(head), -1)
  if string.sub(failure, 1, 16) ~= awaited or number(failure, 16) <= now then return nil end
  return string.sub(failure, 25)
end
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
return { 0 }`,
};

/** `scripts/append.lua` */
export const appendLua: LuaSource = {
  allowOom: true,
  text: String.raw`local call, try, KEYS, ARGV = redis.call, redis.pcall, KEYS, ARGV
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
return 1`,
};

/** `scripts/append-fully.lua` */
export const appendFullyLua: LuaSource = {
  allowOom: true,
  text:
    controlPart +
    String.raw`local maxLag, applied, most = tonumber(ARGV[5]), tonumber(ARGV[7]), tonumber(ARGV[9])
readState()
local remembers = applied > 0 and ARGV[8] ~= '' and ARGV[6] == epoch
if not tablesAreIntact() or applied > last then
  startEpoch(applied, maxLag)
else
  meetServer(remembers, applied, maxLag)
end
local contiguous, missed = 0, {}
if remembers and ARGV[6] == epoch then
  local how, entries = follow(applied, ARGV[8], most + 1)
  if how == 'lost' then startEpoch(applied, maxLag) end
  if how == 'fits' and #entries <= most then contiguous, missed = 1, entries end
end
local position
local function add()
  position = math.max(last + 1, positionAt(now))
  local entry = struct.pack('>dc16', last, nonce) .. ARGV[10] .. ARGV[11]
  return redis.pcall('XADD', LOG, 'NOMKSTREAM', text(position) .. '-0', 'e', entry)
end
if type(add()) ~= 'string' then
  startEpoch(applied, maxLag)
  contiguous, missed = 0, {}
  add()
end
last, nonce = position, ARGV[10]
for i = 12, #ARGV do
  local kind = string.sub(ARGV[i], 1, 1)
  if kind == 'h' or kind == 's' then
    redis.call('HSET', TAGS, ARGV[i], text(position))
  elseif kind == 'p' then
    redis.call('ZADD', PATTERNS, text(position), ARGV[i])
  elseif kind == 'c' then
    floor = position
    emptyTables()
  elseif kind == 'H' then
    redis.call('HSET', META, 'h:' .. string.sub(ARGV[i], 2, 33), string.sub(ARGV[i], 35))
  elseif kind == 'R' then
    redis.call('HDEL', META, 'h:' .. string.sub(ARGV[i], 2))
  end
end
sweep()
writeState()
redis.pcall('PUBLISH', LOG, string.sub(ARGV[4], 3))
return { restAndNow(), headText(), contiguous, missed }`,
};

/** `scripts/beat.lua` */
export const beatLua: LuaSource = {
  allowOom: true,
  text: String.raw`local try, KEYS, ARGV = redis.pcall, KEYS, ARGV
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
if struct.unpack('>d', rest, 9) > now then return false end
local seen = struct.pack('>d', now)
if try('HSET', KEYS[3], ARGV[2], ARGV[3] .. seen) ~= 0 then return false end
if entries then return { rest .. seen, head, entries } end
return rest .. seen`,
};

/** `scripts/beat-fully.lua` */
export const beatFullyLua: LuaSource = {
  allowOom: true,
  text:
    controlPart +
    String.raw`local maxLag, applied, most = tonumber(ARGV[5]), tonumber(ARGV[7]), tonumber(ARGV[9])
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
return reply`,
};

/** `scripts/confirm.lua` */
export const confirmLua: LuaSource = {
  allowOom: false,
  text:
    recordPart +
    String.raw`local head = header()
if not head or holder(head) ~= string.sub(ARGV[1], 9, 24) then return 0 end
if string.sub(head, 9, 24) ~= ARGV[3] then return 0 end
if string.sub(head, 3, 4) ~= string.sub(ARGV[1], 3, 4) then return 0 end
if string.sub(head, 53, 56) ~= string.sub(ARGV[1], 53, 56) then return 0 end
local body = redis.call('GETRANGE', key, 128, bodyEnd(head) - 1)
redis.call('SET', key, ARGV[1] .. body, 'PX', ARGV[2])
wake(head)
return 1`,
};

/** `scripts/discard.lua` */
export const discardLua: LuaSource = {
  allowOom: true,
  text:
    recordPart +
    String.raw`local head = header()
if not head or string.sub(head, 9, 24) ~= ARGV[1] then return 0 end
local now = clock()
local failure = has(head, FAILED) and redis.call('GETRANGE', key, bodyEnd(head), -1) or ''
local left = math.max(number(head, 40), failure ~= '' and number(failure, 16) or 0) - now
if left > 0 then
  local rest = 'K\245\1L' .. string.sub(head, 5, 5) .. string.rep('\0', 19) .. string.sub(head, 25, 52)
  redis.call('SET', key, rest .. string.rep('\0', 76) .. failure, 'PX', left)
else
  redis.call('UNLINK', key)
  wake(head)
end
return 1`,
};

/** `scripts/expire.lua` */
export const expireLua: LuaSource = {
  allowOom: true,
  text:
    recordPart +
    String.raw`local head = header()
if not head then return 0 end
local value = hasValue(head, clock())
if value then
  local flags = string.byte(head, 5) - (has(head, WAITED) and WAITED or 0)
  redis.call('SETRANGE', key, 4, string.char(flags))
  redis.call('SETRANGE', key, 24, string.rep('\0', 28))
  redis.call('SETRANGE', key, 80, string.rep('\0', 16))
else
  redis.call('UNLINK', key)
end
wake(head)
return value and 1 or 0`,
};

/** `scripts/fill.lua` */
export const fillLua: LuaSource = {
  allowOom: false,
  text:
    recordPart +
    String.raw`local head = header()
if not head or holder(head) ~= string.sub(ARGV[1], 9, 24) then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
wake(head)
return 1`,
};

/** `scripts/invalidate.lua` */
export const invalidateLua: LuaSource = {
  allowOom: true,
  text:
    recordPart +
    String.raw`local head = header()
if head == nil then return 0 end
redis.call('UNLINK', key)
if head then wake(head) end
return 1`,
};

/** `scripts/leave.lua` */
export const leaveLua: LuaSource = {
  allowOom: true,
  text: String.raw`return redis.call('HDEL', KEYS[1], 'm:' .. ARGV[1])`,
};

/** `scripts/members.lua` */
export const membersLua: LuaSource = {
  allowOom: false,
  text: String.raw`local time = redis.call('TIME')
local state = redis.pcall('HMGET', KEYS[1], '=head', '=rest')
local meta = redis.pcall('HGETALL', KEYS[2])
local epoch = redis.pcall('HGET', KEYS[2], '=')
if not state[1] or string.sub(state[1], 1, 16) ~= epoch then meta = {} end
return { time[1] * 1000 + math.floor(time[2] / 1000), state[2] or false, meta }`,
};

/** `scripts/put.lua` */
export const putLua: LuaSource = {
  allowOom: false,
  text:
    recordPart +
    String.raw`local now = clock()
if now > tonumber(ARGV[3]) then return { now } end
local head = header()
if head == false then return 0 end
local version = number(ARGV[1], 104)
if head and version > 0 and number(head, 104) > version and hasValue(head, now) then return 0 end
redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
if head then wake(head) end
return 1`,
};

/** `scripts/release.lua` */
export const releaseLua: LuaSource = {
  allowOom: true,
  text:
    recordPart +
    String.raw`local token, failure, failureMs = ARGV[1], ARGV[2], tonumber(ARGV[3])
local function valueLeft(head, now)
  if not hasValue(head, now) then return 0 end
  local ends = number(head, 120)
  return ends > 0 and ends - now or redis.call('PTTL', key)
end
local function failureLeft(head, now)
  if failure ~= '' then return token .. struct.pack('>d', now + failureMs) .. failure, failureMs end
  if not has(head, FAILED) then return '', 0 end
  local older = redis.call('GETRANGE', key, bodyEnd(head), -1)
  local left = number(older, 16) - now
  if left > 0 then return older, left end
  return '', 0
end
local function freed(head, flags, ends)
  return string.sub(head, 1, 4) .. string.char(flags) .. string.sub(head, 6, 24)
    .. string.rep('\0', 28) .. string.sub(head, 53, 120) .. struct.pack('>d', ends)
end
local head = header()
if not head or holder(head) ~= token then return 0 end
local now = clock()
local value = valueLeft(head, now)
local trailer, lasts = failureLeft(head, now)
if value == 0 and lasts == 0 then
  redis.call('DEL', key)
else
  local body = value == 0 and '' or redis.call('GETRANGE', key, 128, bodyEnd(head) - 1)
  local kept = value == 0 and 'K\245\1L' .. string.rep('\0', 124) or head
  local ends = value > 0 and value < lasts and now + value or 0
  redis.call('SET', key, freed(kept, lasts > 0 and FAILED or 0, ends) .. body .. trailer)
  if value ~= -1 then redis.call('PEXPIRE', key, math.max(value, lasts)) end
end
wake(head)
return 1`,
};

/** `scripts/renew.lua` */
export const renewLua: LuaSource = {
  allowOom: false,
  text:
    recordPart +
    String.raw`local leaseMs = tonumber(ARGV[2])
local head = header()
if not head or holder(head) ~= ARGV[1] then return 0 end
local now = clock()
redis.call('SETRANGE', key, 40, struct.pack('>dI4', now + leaseMs, leaseMs))
prolong(head, now, leaseMs)
return 1`,
};

/** `scripts/tag-positions.lua` */
export const tagPositionsLua: LuaSource = {
  allowOom: true,
  text:
    controlPart +
    String.raw`readState()
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
return reply`,
};
