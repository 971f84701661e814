package io.tidemark.gateway.store;

import io.tidemark.gateway.redis.Script;

/** What the shared store asks Redis to do in one step. */
final class SharedStoreScripts {
    /**
     * Writes to the first key if it holds no other variant, else to the second; answers which one, or 0 where that holds a
     * record of a later position of the same epoch.
     */
    static final Script STORE = new Script("""
        local checksum, position, variant, epoch = %d, %d, %d, %d -- where they begin, counted from 0
        local new = ARGV[1]
        local function readable(record)
          return record and #record > epoch + 1 and string.sub(record, 1, checksum) == string.sub(new, 1, checksum)
        end
        local function same(present, from, to)
          return string.sub(present, from + 1, to) == string.sub(new, from + 1, to)
        end
        local at = 1
        local present = redis.call('GET', KEYS[1])
        if readable(present) and not same(present, variant, epoch) then
          at = 2
          present = redis.call('GET', KEYS[2])
        end
        if readable(present)
            and same(present, epoch, epoch + 1 + string.byte(present, epoch + 1))
            and string.sub(present, position + 1, variant) > string.sub(new, position + 1, variant) then
          return 0
        end
        redis.call('SET', KEYS[at], new, 'PX', ARGV[2])
        return at
        """.formatted(
                    StoredResponseCodec.CHECKSUM_AT,
                    StoredResponseCodec.POSITION_AT,
                    StoredResponseCodec.VARIANT_AT,
                    StoredResponseCodec.EPOCH_AT));

    /** Deletes the first key if it holds this variant, and the second. */
    static final Script REMOVE =
            new Script("""
                if redis.call('GETRANGE', KEYS[1], %d, %d) == ARGV[1] then
                  redis.call('DEL', KEYS[1])
                end
                return redis.call('DEL', KEYS[2])
                """.formatted(StoredResponseCodec.VARIANT_AT, StoredResponseCodec.EPOCH_AT - 1));

    static final Script EXTEND = new Script("""
        return redis.call('GET', KEYS[1]) == ARGV[1] and redis.call('PEXPIRE', KEYS[1], ARGV[2]) or 0
        """);

    static final Script RELEASE = new Script("""
        if redis.call('GET', KEYS[1]) ~= ARGV[1] then
          return 0
        end
        redis.call('DEL', KEYS[1])
        redis.call('PUBLISH', KEYS[1], ARGV[2])
        return 1
        """);

    private SharedStoreScripts() {}
}
