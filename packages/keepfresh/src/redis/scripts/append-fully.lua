-- Appends one entry to the log and its bans to the tables, whatever state the log is in.
-- flags: allow-oom
-- KEYS, ARGV 1-9 as in parts/control.lua
-- ARGV 10 nonce of the entry  11 the bans  12... what each ban does to the tables: "h<tag>", "s<tag>",
--      "p<pattern>", "c" clear, "H<token> <until> <covers>", "R<token>"
-- Returns {the rest of the state and now f64 in one, head, 1 when the entries are all the member missed, entries}
--- include parts/control.lua
local maxLag, applied, most = tonumber(ARGV[5]), tonumber(ARGV[7]), tonumber(ARGV[9])

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
return { restAndNow(), headText(), contiguous, missed }
