-- Draws one of 100,000 keys by Zipf's law, exponent 1: wrk -s zipf.lua URL -- PATH
local n = 100000
local draws = {}

function init(args)
  math.randomseed(42)
  local cumulative, sum = {}, 0
  for i = 1, n do sum = sum + 1 / i; cumulative[i] = sum end
  for d = 1, 200000 do
    local x, low, high = math.random() * sum, 1, n
    while low < high do
      local middle = math.floor((low + high) / 2)
      if cumulative[middle] < x then low = middle + 1 else high = middle end
    end
    draws[d] = wrk.format("GET", (args[1]:gsub("%%d", tostring(low - 1))))
  end
end

local at = 0
function request()
  at = at % #draws + 1
  return draws[at]
end
