-- What was committed to a space since a version.
-- KEYS: state, log. ARGV: the epoch and the version that the caller has.
-- Gives a kind, the facts, and keys with values: all of them, or those that have changed.
local facts = redis.call('HMGET', KEYS[1], '@epoch', '@version', '@last', '@noted', '@used', '@digest')
if not facts[1] then
  return {'none', facts, {}}
end
if facts[1] == ARGV[1] then
  if facts[2] == ARGV[2] then
    return {'some', facts, {}}
  end
  local first = string.format('%.0f', tonumber(ARGV[2]) + 1)
  local found = redis.call('XRANGE', KEYS[2], first, '+')
  if found[1] and found[1][1] == first .. '-1' then
    local seen, changes, count = {}, {}, 0
    for _, commit in ipairs(found) do
      for i = 4, #commit[2], 2 do
        local key = commit[2][i]
        if key == '*' then
          return {'all', facts, redis.call('HGETALL', KEYS[1])}
        end
        if not seen[key] then
          seen[key] = true
          count = count + 1
          changes[2 * count - 1] = key
          changes[2 * count] = redis.call('HGET', KEYS[1], key)
        end
      end
    end
    return {'some', facts, changes}
  end
end
return {'all', facts, redis.call('HGETALL', KEYS[1])}
