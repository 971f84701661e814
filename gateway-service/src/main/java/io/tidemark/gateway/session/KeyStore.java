package io.tidemark.gateway.session;

import io.tidemark.commons.redis.SeparateRedis;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The Redis that users' data keys lie in: one of their own, or the region's. */
final class KeyStore implements AutoCloseable {
    private final SessionRedis redis;
    private final @Nullable SeparateRedis own;

    private KeyStore(SessionRedis redis, @Nullable SeparateRedis own) {
        this.redis = redis;
        this.own = own;
    }

    /** Data keys lie beside what they seal. */
    static KeyStore in(SessionRedis region) {
        return new KeyStore(region, null);
    }

    /**
     * They lie elsewhere.
     *
     * @param timeout the most that one call may take
     */
    static KeyStore of(SeparateRedis own, Duration timeout) {
        return new KeyStore(new SessionRedis(own.factory().getRequiredNativeClient(), own.connections(), timeout), own);
    }

    StateRedis redis() {
        return redis;
    }

    boolean isSeparate() {
        return own != null;
    }

    /** Whether there is a connection. */
    boolean isUp() {
        return redis.isUp();
    }

    /** Why the last call failed; empty if it did not, or if they lie in the region's Redis. */
    String why() {
        return own == null ? "" : own.connections().why();
    }

    @Override
    public void close() {
        if (own != null) {
            redis.close();
            own.close();
        }
    }
}
