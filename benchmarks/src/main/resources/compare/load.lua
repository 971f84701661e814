-- Arguments after "--", each name=value:
--   path       the path, or what all paths begin with
--   keys       none: one path; "unique": each request its own; a number: that many paths
--   spread     of several keys: "even" or "zipf" (exponent 1)
--   run        makes the unique paths of this run differ from those of others
--   etag       sends If-None-Match
--   delay_ms   mean pause before a request of one connection, spread evenly from none to twice that
local head, tail, sequence = nil, nil, 0

local function requests_of(path, keys, spread)
  math.randomseed(7)
  local formatted, sums, sum = {}, {}, 0
  for key = 1, keys do
    formatted[key] = wrk.format("GET", path .. (key - 1))
    sum = sum + 1 / key
    sums[key] = sum
  end
  local drawn = {}
  for draw = 1, 200000 do
    local key = math.random(keys)
    if spread == "zipf" then
      local wanted, low, high = math.random() * sum, 1, keys
      while low < high do
        local middle = math.floor((low + high) / 2)
        if sums[middle] < wanted then low = middle + 1 else high = middle end
      end
      key = low
    end
    drawn[draw] = formatted[key]
  end
  return drawn
end

function init(args)
  local given = {}
  for _, argument in ipairs(args) do
    local name, value = argument:match("^([%w_]+)=(.*)$")
    if name then given[name] = value end
  end
  if given.etag then wrk.headers["If-None-Match"] = given.etag end
  if given.keys == "unique" then
    local whole = wrk.format("GET", given.path .. "@")
    head, tail = whole:match("^(.-)@(.*)$")
    head = head .. given.run .. "-"
    request = function()
      sequence = sequence + 1
      return head .. sequence .. tail
    end
  elseif given.keys then
    local drawn = requests_of(given.path, tonumber(given.keys), given.spread)
    request = function()
      sequence = sequence % #drawn + 1
      return drawn[sequence]
    end
  else
    wrk.path = given.path
  end
  if given.delay_ms then
    local twice = 2 * tonumber(given.delay_ms)
    delay = function() return math.random(0, twice) end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("RESULT requests=%d micros=%d p50=%d p99=%d bad=%d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
