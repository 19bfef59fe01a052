-- All members, as fields and values of meta.
-- KEYS 1 {name}:meta
-- Returns {now, meta}
local time = redis.call('TIME')
return { time[1] * 1000 + math.floor(time[2] / 1000), redis.call('HGETALL', KEYS[1]) }
