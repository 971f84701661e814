#!lua flags=allow-oom
-- A write whose record is gone from the log before it was finished: a dead letter without its data. Answers 1, or 0 if it is none.
-- KEYS: write, depth of its type, dead letters. ARGV: id, partition, first offset that is gone, first that is not, reason, channel,
-- prefix of the keys of clients' unfinished writes.
local known = redis.call('HMGET', KEYS[1], 'state', 'partition', 'offset', 'client')
local waits = known[1] == 'accepted' or known[1] == 'delivering' or known[1] == 'retrying'
local offset = tonumber(known[3] or '-1')
if not waits or known[2] ~= ARGV[2] or offset < tonumber(ARGV[3]) or offset >= tonumber(ARGV[4]) then return 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], 'state', 'dead-lettered', 'updatedAt', now, 'reason', ARGV[5])
redis.call('PERSIST', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', ARGV[7] .. (known[4] or ''), ARGV[1])
redis.call('ZADD', KEYS[3], now, ARGV[1])
redis.call('PUBLISH', ARGV[6], ARGV[1])
return 1
