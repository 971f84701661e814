#!lua flags=allow-oom
-- A write of somebody who is erased: unless it has ended it ends as 'erased', and what is known of it goes, but for its end. Answers 1;
-- 0 if it had ended already; 2 if an attempt is under way, which cannot be taken back: it is to be asked again.
-- KEYS: write, depth of its type, dead letters, held letters of its ordering key, bytes of dead letters by client, unfinished
-- writes of its client.
-- ARGV: id, retention ms, channel, client, ms that an attempt takes at most.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'state', 'updatedAt', 'letterBytes')
local state = known[1]
if state == 'delivering' and tonumber(known[2] or '0') + tonumber(ARGV[5]) > now then return 2 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
redis.call('ZREM', KEYS[6], ARGV[1])
if redis.call('ZREM', KEYS[3], ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[5], ARGV[4], -tonumber(known[3] or '0'))
  redis.call('HINCRBY', KEYS[5], '', -tonumber(known[3] or '0'))
end
if not state or state == 'delivered' or state == 'discarded' or state == 'refused' or state == 'erased' then return 0 end
redis.call('HDEL', KEYS[1], 'attempts', 'reason', 'letter', 'letterAt', 'letterBytes', 'nextAt', 'readAfter', 'requestId')
redis.call('HSET', KEYS[1], 'state', 'erased', 'updatedAt', now)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[1])
return 1
