#!lua flags=allow-oom
-- A dead letter leaves: redriven ('accepted') or 'discarded'. Answers 1, or 0 if it was no dead letter (any more).
-- KEYS: write, depth of its type, dead letters, held letters of its ordering key, bytes of dead letters by client, unfinished
-- writes of its client.
-- ARGV: id, state, retention ms, redrive number, accepted-at ms, channel, reason, partition, offset, client.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'state', 'redrives', 'letterBytes')
if known[1] ~= 'dead-lettered' then return 0 end
if ARGV[2] == 'accepted' and tonumber(known[2] or '0') >= tonumber(ARGV[4]) then return 0 end
if redis.call('ZREM', KEYS[3], ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[5], ARGV[10], -tonumber(known[3] or '0'))
  redis.call('HINCRBY', KEYS[5], '', -tonumber(known[3] or '0'))
end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'updatedAt', now)
if ARGV[2] == 'accepted' then
  redis.call('HSET', KEYS[1], 'redrives', ARGV[4], 'round', 0, 'nextAt', 0, 'partition', ARGV[8], 'offset', ARGV[9])
  redis.call('ZADD', KEYS[2], 'NX', ARGV[5], ARGV[1])
  redis.call('ZADD', KEYS[6], 'NX', ARGV[5], ARGV[1])
else
  redis.call('HSET', KEYS[1], 'discardReason', ARGV[7])
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
redis.call('PUBLISH', ARGV[6], ARGV[1])
return 1
