-- Asks for another key each time: wrk -s count.lua URL -- PATH FIRST
local path, next

function init(args)
  path, next = args[1], tonumber(args[2])
end

function request()
  next = next + 1
  return wrk.format("GET", (path:gsub("%%d", string.format("%.0f", next))))
end
