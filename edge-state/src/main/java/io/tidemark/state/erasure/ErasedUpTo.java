package io.tidemark.state.erasure;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidemark.contracts.Position;
import io.tidemark.state.redis.StateRedis;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Up to which place of the purge log a Redis has been erased, kept in that Redis itself: so a copy of it that is put back brings its
 * own place, and what was erased since is erased again. Thread-safe.
 */
public final class ErasedUpTo implements PersonErasure.Place {
    private final StateRedis redis;
    private final byte[] key;

    /** @param whose place it is: a region, or the write queue, which may share a Redis */
    public ErasedUpTo(StateRedis redis, String whose) {
        this.redis = redis;
        this.key = ("tidemark:persons:erased-up-to:" + whose).getBytes(US_ASCII);
    }

    @Override
    public CompletionStage<@Nullable Position> get() {
        return redis.<byte @Nullable []>call(commands -> commands.get(key))
                .thenApply(text -> text == null ? null : Position.parse(new String(text, US_ASCII)));
    }

    @Override
    public CompletionStage<?> set(Position position) {
        return redis.call(commands -> commands.set(key, position.toString().getBytes(US_ASCII)));
    }
}
