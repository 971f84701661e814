#!lua flags=allow-oom
-- Ends an acceptance: 'accepted' or 'refused'. Answers the state that the write has then.
-- KEYS: write, depth of its type. ARGV: id, token, new state, channel.
local known = redis.call('HMGET', KEYS[1], 'state', 'token')
if known[1] ~= 'accepting' or known[2] ~= ARGV[2] then return known[1] or 'unknown' end
redis.call('HSET', KEYS[1], 'state', ARGV[3])
if ARGV[3] == 'refused' then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('PERSIST', KEYS[1])
  redis.call('PUBLISH', ARGV[4], ARGV[1])
end
return ARGV[3]
