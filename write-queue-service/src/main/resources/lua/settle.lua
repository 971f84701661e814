#!lua flags=allow-oom
-- Ends an acceptance: 'accepted' or 'refused'. Answers the state that the write has then.
-- KEYS: write, depth of its type, unfinished writes of its client. ARGV: id, token, new state, channel, how long a refusal is
-- remembered in ms, partition and offset of its record or ''.
local known = redis.call('HMGET', KEYS[1], 'state', 'token')
local isOurs = known[1] and known[2] == ARGV[2]
if isOurs and known[1] ~= 'accepting' and ARGV[6] ~= '' then -- its delivery has begun before this
  redis.call('HSETNX', KEYS[1], 'partition', ARGV[6])
  redis.call('HSETNX', KEYS[1], 'offset', ARGV[7])
end
if known[1] ~= 'accepting' or not isOurs then return known[1] or 'unknown' end -- another's 'accepting' is none of ours
redis.call('HSET', KEYS[1], 'state', ARGV[3])
if ARGV[3] == 'refused' then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[5]) -- its record may reach the log all the same
else
  redis.call('PERSIST', KEYS[1])
  if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'partition', ARGV[6], 'offset', ARGV[7]) end
  redis.call('PUBLISH', ARGV[4], ARGV[1])
end
return ARGV[3]
