-- Claims a write id for acceptance. Answers one word.
-- KEYS: write, depth of its type, bytes of dead letters by client, unfinished writes of its client.
-- ARGV: id, fingerprint, token, lease ms, depth limit, retention ms, accepted-at ms, client, its limit of dead letters' bytes,
-- that of all clients, its limit of unfinished writes, prefix of the writes' keys, then field, value, ...
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'state', 'fingerprint', 'lease', 'token')
if known[1] then
  if known[2] ~= ARGV[2] then return 'other-request' end
  if known[1] == 'accepting' then
    if known[4] == ARGV[3] then return 'claimed' end -- the same question, asked again because its answer was lost
    if tonumber(known[3]) > now then return 'in-progress' end
  elseif known[1] ~= 'refused' then
    return 'replay'
  end
end
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) and not redis.call('ZSCORE', KEYS[2], ARGV[1]) then return 'full' end
local letters = redis.call('HMGET', KEYS[3], ARGV[8], '')
if tonumber(letters[1] or '0') >= tonumber(ARGV[9]) then return 'client-letters' end
if tonumber(letters[2] or '0') >= tonumber(ARGV[10]) then return 'all-letters' end
if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[11]) then
  for _, id in ipairs(redis.call('ZRANGE', KEYS[4], 0, 99)) do -- those whose acceptance never ended, or that are forgotten
    local other = redis.call('HMGET', ARGV[12] .. id, 'state', 'lease')
    local waits = other[1] == 'accepted' or other[1] == 'delivering' or other[1] == 'retrying'
      or (other[1] == 'accepting' and tonumber(other[2]) + 60000 > now)
    if not waits then redis.call('ZREM', KEYS[4], id) end
  end
  if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[11]) then return 'client-waits' end
end
redis.call('HSET', KEYS[1], 'state', 'accepting', 'fingerprint', ARGV[2], 'token', ARGV[3],
  'lease', now + tonumber(ARGV[4]), unpack(ARGV, 13))
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('ZADD', KEYS[2], 'NX', ARGV[7], ARGV[1])
redis.call('ZADD', KEYS[4], 'NX', ARGV[7], ARGV[1])
return 'claimed'
