#!lua flags=allow-oom
-- Before each attempt: may this record of the log be delivered now? Answers {verdict, attempts of this round, ms to wait, history}.
-- KEYS: write, depth of its type, dead letters, held letters of its ordering key, bytes of dead letters by client, unfinished
-- writes of its client, the mark that all dead letters are here.
-- ARGV: id, redrive number of the record, 1 if its wait is over by the caller's own clock, accepted-at ms, position, channel, client,
-- then field, value, ... for a write that is not known.
if redis.call('EXISTS', KEYS[7]) == 0 then return {'incomplete'} end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'state', 'redrives', 'round', 'nextAt', 'attempts', 'letterBytes')
local state, redrives, record = known[1], tonumber(known[2] or '0'), tonumber(ARGV[2])
local round, nextAt = tonumber(known[3] or '0'), tonumber(known[4] or '0')
if state == 'delivered' or state == 'discarded' or state == 'refused' or state == 'erased' or record < redrives then return {'skip'} end
if not state then
  redis.call('HSET', KEYS[1], 'state', 'accepted', unpack(ARGV, 8))
elseif state == 'dead-lettered' and record == redrives then
  return {'skip'}
end
if record > redrives then
  round, nextAt = 0, 0
  redis.call('HSET', KEYS[1], 'state', 'accepted', 'redrives', record, 'round', 0, 'nextAt', 0)
  if redis.call('ZREM', KEYS[3], ARGV[1]) == 1 then
    redis.call('HINCRBY', KEYS[5], ARGV[7], -tonumber(known[6] or '0'))
    redis.call('HINCRBY', KEYS[5], '', -tonumber(known[6] or '0'))
  end
end
redis.call('PERSIST', KEYS[1])
redis.call('ZADD', KEYS[2], 'NX', ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[6], 'NX', ARGV[4], ARGV[1])
if redis.call('ZCOUNT', KEYS[4], '-inf', '(' .. ARGV[5]) > 0 then return {'held'} end
if nextAt > now and ARGV[3] ~= '1' then return {'not-yet', tostring(round), tostring(nextAt - now)} end
redis.call('HSET', KEYS[1], 'state', 'delivering', 'updatedAt', now)
redis.call('PUBLISH', ARGV[6], ARGV[1])
return {'deliver', tostring(round), '0', known[5] or '[]'}
