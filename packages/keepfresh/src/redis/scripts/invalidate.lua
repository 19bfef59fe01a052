-- Removes whatever is under a key.
-- flags: allow-oom
-- KEYS 1 the data key
-- Returns 1 removed | 0 nothing was there
--- include parts/record.lua
local head = header()
if head == nil then return 0 end
redis.call('UNLINK', key)
if head then wake(head) end
return 1
