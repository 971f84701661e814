package io.tidemark.gateway.documents.store;

/**
 * What regions know of each other's edits, as {@link DocumentScripts} keep them. Edits of the region's own clients are fields
 * {@code u} of the log, those of other regions {@code r}; {@code own} is the last of the former, {@code published} is the last
 * that the others were told, and {@code from:<region>} the epoch and the last edit of another region's that is here.
 */
final class ReplicaScripts {
    /**
     * What the other regions were not told. Answers epoch, what they were told, the last, whose it is, whether it is all of it, and
     * edits. All of it where the snapshot has edits that were not told.
     */
    static final String UNPUBLISHED = """
        local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'erased', 'published', 'owner', 'deleted', 'own', 'keys')
        if meta[3] then return {'erased', meta[3], meta[6] or '0', meta[8] or '0'} end
        if not meta[1] then return {'none'} end
        local from = tonumber(meta[4] or '0')
        if tonumber(meta[7] or meta[2]) <= from then return {'none'} end
        local snapshot = redis.call('HMGET', KEYS[3], 'at', 'update')
        local all = tonumber(snapshot[1] or '0') > from
        local answer = {'edits', meta[1], meta[4] or '0', meta[2], meta[5] or ''}
        if all then answer[#answer + 1] = snapshot[2] end
        local first = string.format('%d-0', (all and tonumber(snapshot[1]) or from) + 1)
        for _, entry in ipairs(redis.call('XRANGE', KEYS[2], first, '+')) do
          if all or entry[2][1] == 'u' then answer[#answer + 1] = entry[2][2] end
        end
        return answer
        """;

    /** ARGV: the epoch, and up to which edit the others were told. */
    static final String PUBLISHED = """
        if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return {'other'} end
        if tonumber(redis.call('HGET', KEYS[1], 'published') or '0') < tonumber(ARGV[2]) then
          redis.call('HSET', KEYS[1], 'published', ARGV[2])
        end
        return {'stored'}
        """;

    /**
     * Stores what another region told, once. ARGV: the name of an epoch, edits, the channel, whose it is or '', and of numbered
     * edits the region, its epoch, after which and up to which. There is no limit: the other region had one.
     */
    static final String RECEIVE = """
        local meta = redis.call('HMGET', KEYS[1], 'epoch', 'erased')
        if meta[2] then return {'erased'} end
        local gap = 'no'
        if ARGV[5] then
          local known = redis.call('HGET', KEYS[1], 'from:' .. ARGV[5]) or ' 0'
          local space = string.find(known, ' ', 1, true)
          local upto = 0
          if string.sub(known, 1, space - 1) == ARGV[6] then upto = tonumber(string.sub(known, space + 1)) end
          if tonumber(ARGV[8]) <= upto then return {'known'} end
          if tonumber(ARGV[7]) > upto then gap = 'gap' end
          redis.call('HSET', KEYS[1], 'from:' .. ARGV[5], ARGV[6] .. ' ' .. ARGV[8])
        end
        local epoch = meta[1]
        if not epoch then
          epoch = ARGV[1]
          redis.call('HSET', KEYS[1], 'epoch', epoch)
        end
        if ARGV[4] ~= '' then redis.call('HSETNX', KEYS[1], 'owner', ARGV[4]) end
        local number = string.format('%d', redis.call('HINCRBY', KEYS[1], 'last', 1))
        redis.call('HINCRBY', KEYS[1], 'bytes', #ARGV[2])
        redis.call('XADD', KEYS[2], number .. '-0', 'r', ARGV[2])
        redis.call('PUBLISH', ARGV[3], 'u' .. epoch .. ' ' .. number .. ' ' .. ARGV[2])
        return {gap}
        """;

    /** ARGV: a region, what it said of itself, and the vector of what it has. */
    static final String HEARD = """
        redis.call('HSET', KEYS[5], ARGV[1], ARGV[2], ARGV[1] .. '/vector', ARGV[3])
        return {}
        """;

    private ReplicaScripts() {}
}
