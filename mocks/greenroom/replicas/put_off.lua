-- Give a space another moment at which something is due, unless it has got one meanwhile.
-- KEYS: index. ARGV: its name, the moment that it had, the other one.
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '0') == tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
end
return 0
