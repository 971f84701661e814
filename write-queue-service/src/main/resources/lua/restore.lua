#!lua flags=allow-oom
-- Puts back a dead letter from its log, unless its write is known. Answers 1, or 0 if it is.
-- KEYS: write, depth of its type, dead letters, held letters of its ordering key, bytes of dead letters by client.
-- ARGV: id, dead since ms, position if it holds its key or '', client, bytes, then field, value, ...
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'state', 'dead-lettered', 'letterBytes', ARGV[5], unpack(ARGV, 6))
redis.call('HINCRBY', KEYS[5], ARGV[4], ARGV[5])
redis.call('HINCRBY', KEYS[5], '', ARGV[5])
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1]) end
return 1
