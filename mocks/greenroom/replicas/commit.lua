-- Commit what one process did in a space, unless another one was faster.
-- KEYS: state, log, journal. ARGV: 1 epoch and 2 version that it was done at (no version: any),
-- 3 number of requests and 4 of notes then (empty: any), 5 the epoch from now on (empty: remove the
-- space), 6 the identifier of the commit, 7 milliseconds to live, 8 seconds since 1970, 9 digest of
-- the contracts, 10 and 11 how much of log and journal is kept, 12 whether the journal goes on,
-- 13 the number of fields, then these: key and value (empty: drop it), then entries of the journal:
-- kind and text.
local facts = redis.call('HMGET', KEYS[1], '@epoch', '@version', '@last', '@noted')
local epoch, version = facts[1] or '', tonumber(facts[2] or '0')
local last, noted = tonumber(facts[3] or '0'), tonumber(facts[4] or '0')
local is_anew = ARGV[5] ~= ARGV[1]
local is_same = epoch == ARGV[1]
if ARGV[2] ~= '' then
  if epoch == ARGV[5] then
    local next = string.format('%.0f', tonumber(ARGV[2]) + 1)
    local done = redis.call('XRANGE', KEYS[2], next, next)
    if done[1] and done[1][2][2] == ARGV[6] then
      return {'done', version, last, noted}
    end
  end
  is_same = is_same and version == tonumber(ARGV[2])
  is_same = is_same and (ARGV[3] == '' or last == tonumber(ARGV[3]))
  is_same = is_same and (ARGV[4] == '' or noted == tonumber(ARGV[4]))
end
if not is_same then
  return {'conflict'}
end
if ARGV[5] == '' then
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
  return {'done', 0, 0, 0}
end
if is_anew then
  redis.call('DEL', KEYS[1], KEYS[2])
  if ARGV[12] ~= '1' then
    redis.call('DEL', KEYS[3])
    last, noted = 0, 0
  end
end
-- What fails comes first: an error undoes nothing.
local fields = 13 + 2 * tonumber(ARGV[13])
for i = fields + 1, #ARGV, 2 do
  local number
  if ARGV[i] == 'request' then
    last = last + 1
    number = last
  else
    noted = noted + 1
    number = noted
  end
  local id = string.format('%.0f-1', last + noted)
  redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[11], id, ARGV[i], number, 't', ARGV[i + 1])
end
if ARGV[2] ~= '' then
  version = version + 1
  local logged = {'c', ARGV[6]}
  if fields >= 2000 then
    logged[3], logged[4] = 'k', '*'
  elseif not is_anew then
    for i = 14, fields, 2 do
      logged[#logged + 1] = 'k'
      logged[#logged + 1] = ARGV[i]
    end
  end
  local id = string.format('%.0f-1', version)
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[10], id, unpack(logged))
  for i = 14, fields, 2 do
    if ARGV[i + 1] == '' then
      redis.call('HDEL', KEYS[1], ARGV[i])
    else
      redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    end
  end
end
redis.call('HSET', KEYS[1], '@epoch', ARGV[5], '@version', string.format('%.0f', version), '@last',
  string.format('%.0f', last), '@noted', string.format('%.0f', noted), '@used', ARGV[8], '@digest', ARGV[9])
for _, key in ipairs(KEYS) do
  redis.call('PEXPIRE', key, ARGV[7])
end
return {'done', version, last, noted}
