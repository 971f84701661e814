-- Claims a write id for acceptance. Answers one word.
-- KEYS: write, depth of its type. ARGV: id, fingerprint, token, lease ms, depth limit, retention ms, accepted-at ms, then field, value, ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'state', 'fingerprint', 'lease')
if known[1] then
  if known[2] ~= ARGV[2] then return 'other-request' end
  if known[1] == 'accepting' then
    if tonumber(known[3]) > now then return 'in-progress' end
  elseif known[1] ~= 'refused' then
    return 'replay'
  end
end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) and not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 'full' end
redis.call('HSET', KEYS[1], 'state', 'accepting', 'fingerprint', ARGV[2], 'token', ARGV[3],
  'lease', now + tonumber(ARGV[4]), unpack(ARGV, 8))
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('ZADD', KEYS[2], 'NX', ARGV[7], ARGV[1])
return 'claimed'
