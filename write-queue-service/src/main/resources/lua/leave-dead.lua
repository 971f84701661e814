#!lua flags=allow-oom
-- A dead letter leaves: redriven ('accepted') or 'discarded'. Answers 1, or 0 if it was no dead letter (any more).
-- KEYS: write, depth of its type, dead letters, held letters of its ordering key.
-- ARGV: id, state, now ms, retention ms, redrive number, accepted-at ms, channel, reason.
local known = redis.call('HMGET', KEYS[1], 'state', 'redrives')
if known[1] ~= 'dead-lettered' then return 0 end
if ARGV[2] == 'accepted' and tonumber(known[2] or '0') >= tonumber(ARGV[5]) then return 0 end
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'updatedAt', ARGV[3])
if ARGV[2] == 'accepted' then
  redis.call('HSET', KEYS[1], 'redrives', ARGV[5], 'round', 0, 'nextAt', 0)
  redis.call('ZADD', KEYS[2], 'NX', ARGV[6], ARGV[1])
else
  redis.call('HSET', KEYS[1], 'discardReason', ARGV[8])
  redis.call('ZREM', KEYS[4], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
redis.call('PUBLISH', ARGV[7], ARGV[1])
return 1
