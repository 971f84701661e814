#!lua flags=allow-oom
-- After an attempt: 'retrying', 'delivered' or 'dead-lettered'. Answers 1, or 0 if the write had ended already.
-- KEYS: write, depth of its type, dead letters, held letters of its ordering key.
-- ARGV: id, state, now ms, retention ms, position if a dead letter holds its key or '', channel, then field, value, ...
local state = redis.call('HGET', KEYS[1], 'state')
if state == 'delivered' or state == 'discarded' or state == 'dead-lettered' then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'updatedAt', ARGV[3], unpack(ARGV, 7))
if ARGV[2] ~= 'retrying' then redis.call('ZREM', KEYS[2], ARGV[1]) end
if ARGV[2] == 'delivered' then
  redis.call('HDEL', KEYS[1], 'reason', 'letter')
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
elseif ARGV[2] == 'dead-lettered' then
  redis.call('PERSIST', KEYS[1])
  redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
  if ARGV[5] ~= '' then redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1]) end
end
redis.call('PUBLISH', ARGV[6], ARGV[1])
return 1
