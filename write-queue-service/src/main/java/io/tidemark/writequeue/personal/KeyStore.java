package io.tidemark.writequeue.personal;

import io.tidemark.commons.redis.SeparateRedis;
import io.tidemark.state.redis.StateRedis;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.StringRedisTemplate;

/** The Redis that persons' data keys lie in: one of their own, or the queue's. */
public final class KeyStore implements AutoCloseable {
    private final StateRedis redis;
    private final @Nullable SeparateRedis own;

    private KeyStore(StateRedis redis, @Nullable SeparateRedis own) {
        this.redis = redis;
        this.own = own;
    }

    /** Data keys lie beside what they seal. */
    static KeyStore in(StateRedis redis) {
        return new KeyStore(redis, null);
    }

    /** They lie elsewhere. */
    static KeyStore of(SeparateRedis own) {
        return new KeyStore(new QueueRedis(new StringRedisTemplate(own.factory())), own);
    }

    public StateRedis redis() {
        return redis;
    }

    public boolean isSeparate() {
        return own != null;
    }

    /** Why the last call failed; empty if it did not, or if they lie in the queue's Redis. */
    String why() {
        return own == null ? "" : own.connections().why();
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
