package io.tidemark.gateway.documents.store;

/**
 * What Redis does with a document in one step. Keys: {@code meta} (its epoch, the number of its last edit, bytes, or that it is
 * erased), {@code log} (a stream: edits by their number), {@code snapshot} (all edits up to one, merged) and {@code regions}
 * (what others said of theirs).
 */
final class DocumentScripts {
    /** What is there after an edit: epoch, last, at, the snapshot if it is newer, and the edits after it. */
    static final String READ = """
        local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'erased')
        if meta[3] then return {'erased'} end
        if not meta[1] then return {'', '0', '0', ''} end
        local from = tonumber(ARGV[1])
        local at = tonumber(redis.call('HGET', KEYS[3], 'at') or '0')
        local snapshot = ''
        if at > from then
          snapshot = redis.call('HGET', KEYS[3], 'update')
          from = at
        end
        local answer = {meta[1], meta[2], string.format('%d', at), snapshot}
        for _, entry in ipairs(redis.call('XRANGE', KEYS[2], string.format('%d-0', from + 1), '+')) do
          answer[#answer + 1] = entry[2][2]
        end
        return answer
        """;

    /** Stores an edit, unless the document is erased, another one, or too large; and tells all who listen. */
    static final String APPEND = """
        local meta = redis.call('HMGET', KEYS[1], 'epoch', 'erased', 'bytes')
        if meta[2] then return {'erased'} end
        local epoch = meta[1]
        if ARGV[1] ~= '' and ARGV[1] ~= epoch then return {'other'} end
        if tonumber(meta[3] or '0') + #ARGV[3] > tonumber(ARGV[4]) then return {'large'} end
        if not epoch then
          epoch = ARGV[2]
          redis.call('HSET', KEYS[1], 'epoch', epoch)
          if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'owner', ARGV[6]) end
        end
        local number = string.format('%d', redis.call('HINCRBY', KEYS[1], 'last', 1))
        redis.call('HINCRBY', KEYS[1], 'bytes', #ARGV[3])
        redis.call('HSET', KEYS[1], 'own', number)
        redis.call('XADD', KEYS[2], number .. '-0', 'u', ARGV[3])
        redis.call('PUBLISH', ARGV[5], 'u' .. epoch .. ' ' .. number .. ' ' .. ARGV[3])
        return {'stored', epoch, number}
        """;

    /** Puts a snapshot in place of the one that was read, and drops the edits that are in it. */
    static final String COMPACT = """
        if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return {'other'} end
        if (redis.call('HGET', KEYS[3], 'at') or '0') ~= ARGV[2] then return {'other'} end
        redis.call('HSET', KEYS[3], 'at', ARGV[3], 'update', ARGV[4], 'time', ARGV[5])
        redis.call('XTRIM', KEYS[2], 'MINID', string.format('%d-0', tonumber(ARGV[3]) + 1))
        local bytes = #ARGV[4]
        for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+')) do bytes = bytes + #entry[2][2] end
        redis.call('HSET', KEYS[1], 'bytes', bytes)
        return {'stored'}
        """;

    /** Leaves nothing but the mark that there is to be nothing. */
    static final String ERASE = """
        if redis.call('HGET', KEYS[1], 'erased') then return {'erased'} end
        local edits = redis.call('HGET', KEYS[1], 'last') or '0'
        redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
        redis.call('HSET', KEYS[1], 'erased', ARGV[1], 'deleted', edits)
        redis.call('PUBLISH', ARGV[2], 'e')
        return {'stored'}
        """;

    /** What is known of it without its content. */
    static final String FACTS = """
        local meta = redis.call('HMGET', KEYS[1], 'epoch', 'last', 'erased', 'bytes')
        if meta[3] then return {'erased'} end
        if not meta[1] then return {'none'} end
        local snapshot = redis.call('HMGET', KEYS[3], 'at', 'time')
        return {meta[1], meta[2], meta[4], string.format('%d', redis.call('XLEN', KEYS[2])),
          snapshot[1] or '0', snapshot[2] or '', redis.call('HGET', KEYS[1], 'owner') or ''}
        """;

    private DocumentScripts() {}
}
