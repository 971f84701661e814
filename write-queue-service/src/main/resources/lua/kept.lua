#!lua flags=allow-oom
-- Whether the mark 'refused' is here and on all replicas that are connected: answers {'no' or 'not-yet' or 'yes', a place of Redis'
-- own log of changes}. A replica's place is what it said last, once a second.
-- KEYS: write. ARGV: the place that they must have reached, as answered before; '' at first.
if redis.call('HGET', KEYS[1], 'state') ~= 'refused' then return {'no', ''} end -- another took over that does not have it
local info = redis.call('INFO', 'replication')
local place = ARGV[1] ~= '' and ARGV[1] or string.match(info, 'master_repl_offset:(%d+)')
for replica in string.gmatch(info, 'slave%d+:([^\r\n]+)') do
  if tonumber(string.match(replica, 'offset=(%d+)') or '0') < tonumber(place) then return {'not-yet', place} end
end
return {'yes', place}
