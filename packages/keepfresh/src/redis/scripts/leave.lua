-- Removes a member.
-- flags: allow-oom
-- KEYS 1 {name}:meta
-- ARGV 1 member
-- Returns 1 removed | 0 it was none
return redis.call('HDEL', KEYS[1], 'm:' .. ARGV[1])
