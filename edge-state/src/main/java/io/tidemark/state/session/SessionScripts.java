package io.tidemark.state.session;

import io.tidemark.state.redis.Script;

/**
 * What Redis does in one step. All of a session is one hash, so that it ends as a whole, and all decisions go by the clock of
 * Redis: {@code end} and {@code created} in milliseconds since 1970, {@code user} sealed, {@code e:<name>} an entry: its version
 * (16 characters), then its JSON sealed. Of a session that was ended only {@code gone} is left, up to its absolute end, so that no
 * late write makes it anew.
 */
final class SessionScripts {
    /** ARGV: the longest pause between two uses, in milliseconds. */
    private static final String BEGIN = """
        local had = redis.call('HMGET', KEYS[1], 'end', 'gone', 'created', 'user')
        if had[2] then return {'revoked'} end
        if not had[1] then return {'absent'} end
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local left = math.min(tonumber(ARGV[1]), tonumber(had[1]) - now)
        if left <= 0 then return {'absent'} end
        local function slide() redis.call('PEXPIRE', KEYS[1], left) end
        """;

    /** ARGV: pause, lifetime in milliseconds, sealed user or nothing. Answers when it was made and its end. */
    static final Script CREATE = new Script("""
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local over = now + tonumber(ARGV[2])
        if redis.call('EXISTS', KEYS[1]) == 1 then return {'exists'} end
        redis.call('HSET', KEYS[1], 'end', string.format('%.0f', over), 'created', string.format('%.0f', now))
        if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'user', ARGV[3]) end
        local left = math.min(tonumber(ARGV[1]), tonumber(ARGV[2]))
        redis.call('PEXPIRE', KEYS[1], left)
        return {'ok', string.format('%.0f', now), string.format('%.0f', now + left)}
        """);

    /** ARGV: pause. Answers when it was made, when it will end, and its user. */
    static final Script FIND = new Script(BEGIN + """
        slide()
        return {'ok', had[3], string.format('%.0f', now + left), had[4] or ''}
        """);

    /** ARGV: pause, field. Answers the entry, and the beginning of the user: whose data key it is sealed with. */
    static final Script READ = new Script(BEGIN + """
        slide()
        return {'ok', redis.call('HGET', KEYS[1], ARGV[2]) or '', had[4] and string.sub(had[4], 1, 72) or ''}
        """);

    /** ARGV: …, field, '1' if it must not exist, '1' if it must, the number of versions, these. */
    private static final String COMPARE = """
        local current = redis.call('HGET', KEYS[1], ARGV[2])
        local version = current and string.sub(current, 1, 16) or ''
        local function expected()
          if ARGV[3] == '1' and current then return false end
          if ARGV[4] == '1' and not current then return false end
          local count = tonumber(ARGV[5])
          if count == 0 then return true end
          for i = 6, 5 + count do if ARGV[i] == version then return true end end
          return false
        end
        """;

    /**
     * ARGV: as above, then the entry as it is to be, the most entries. One that is there already was written by this very call,
     * which was sent twice: as a client does that has lost its connection.
     */
    static final Script WRITE = new Script(BEGIN + COMPARE + """
        local entry = ARGV[6 + tonumber(ARGV[5])]
        if version == string.sub(entry, 1, 16) then return {'ok', version, ''} end
        if not expected() then return {'unexpected', version} end
        local fixed = had[4] and 3 or 2
        if not current and redis.call('HLEN', KEYS[1]) - fixed >= tonumber(ARGV[7 + tonumber(ARGV[5])]) then return {'full'} end
        redis.call('HSET', KEYS[1], ARGV[2], entry)
        slide()
        return {'ok', string.sub(entry, 1, 16), current and '' or '1'}
        """);

    static final Script DELETE = new Script(BEGIN + COMPARE + """
        if not current then return {'none'} end
        if not expected() then return {'unexpected', version} end
        redis.call('HDEL', KEYS[1], ARGV[2])
        slide()
        return {'ok'}
        """);

    /** ARGV: nothing that counts. Answers the user. */
    static final Script END = new Script(BEGIN + """
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'gone', '1')
        redis.call('PEXPIREAT', KEYS[1], had[1])
        return {'ok', had[4] or ''}
        """);

    /**
     * ARGV: how long a tombstone stays of one that is not there, in milliseconds. Answers '1' if there was one. One that is about to be
     * made is not made then: {@link #CREATE} finds the tombstone.
     */
    static final Script BURY = new Script("""
        local had = redis.call('HMGET', KEYS[1], 'end', 'gone')
        if had[2] then return {''} end
        redis.call('DEL', KEYS[1])
        redis.call('HSET', KEYS[1], 'gone', '1')
        if had[1] then redis.call('PEXPIREAT', KEYS[1], had[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
        return {had[1] and '1' or ''}
        """);

    /** Of a user's index. ARGV: the lifetime of a session, its id. */
    static final Script REMEMBER = new Script("""
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
        redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[1])), ARGV[2])
        redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[1]))
        return {'ok'}
        """);

    private SessionScripts() {}
}
