-- All members, as fields and values of meta.
-- KEYS 1 {name}:tags  2 {name}:meta
-- Returns {now, the rest of the state or false, meta}; meta is empty when it is lost
local time = redis.call('TIME')
local state = redis.pcall('HMGET', KEYS[1], '=head', '=rest')
local meta = redis.pcall('HGETALL', KEYS[2])
local epoch = redis.pcall('HGET', KEYS[2], '=')
if not state[1] or string.sub(state[1], 1, 16) ~= epoch then meta = {} end
return { time[1] * 1000 + math.floor(time[2] / 1000), state[2] or false, meta }
