#!lua flags=allow-oom
-- After an attempt: 'retrying', 'delivered' or 'dead-lettered'. Answers 1, or 0 if the write had ended already.
-- KEYS: write, depth of its type, dead letters, held letters of its ordering key, bytes of dead letters by client, unfinished
-- writes of its client.
-- ARGV: id, state, ms until the next attempt, retention ms, position if a dead letter holds its key or '', channel, client, bytes of
-- the dead letter, then field, value, ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = redis.call('HGET', KEYS[1], 'state')
if state == 'delivered' or state == 'discarded' or state == 'dead-lettered' or state == 'erased' then return 0 end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'updatedAt', now, unpack(ARGV, 9))
if ARGV[2] == 'retrying' then
  redis.call('HSET', KEYS[1], 'nextAt', now + tonumber(ARGV[3]))
else
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[6], ARGV[1])
end
if ARGV[2] == 'delivered' then
  redis.call('HDEL', KEYS[1], 'reason', 'letter', 'letterAt', 'letterBytes')
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
elseif ARGV[2] == 'dead-lettered' then
  redis.call('HSET', KEYS[1], 'letterBytes', ARGV[8])
  redis.call('HINCRBY', KEYS[5], ARGV[7], ARGV[8])
  redis.call('HINCRBY', KEYS[5], '', ARGV[8])
  redis.call('PERSIST', KEYS[1])
  redis.call('ZADD', KEYS[3], now, ARGV[1])
  if ARGV[5] ~= '' then redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1]) end
end
redis.call('PUBLISH', ARGV[6], ARGV[1])
return 1
