#!lua flags=allow-oom
-- Takes out of a type's depth the oldest writes that nobody will finish: not known any more, or never accepted.
-- One that is in the log all the same comes back when it is read. KEYS: depth. ARGV: prefix of the writes' keys.
local time = redis.call('TIME')
local now = time[1] * 1000
local pruned = 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, 99)) do
  local known = redis.call('HMGET', ARGV[1] .. id, 'state', 'lease')
  local waits = known[1] == 'accepted' or known[1] == 'delivering' or known[1] == 'retrying'
    or (known[1] == 'accepting' and tonumber(known[2]) + 60000 > now)
  if not waits then
    redis.call('ZREM', KEYS[1], id)
    pruned = pruned + 1
  end
end
return pruned
