package io.tidemark.state.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidemark.contracts.Position;
import io.tidemark.state.erasure.PersonStore;
import io.tidemark.state.redis.Script;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A person's sessions with their entries and checkouts. Each leaves a tombstone, so that no call that is under way brings it back;
 * also one that is about to be made, whose id is in the index already.
 */
public final class SessionErasure implements PersonStore {
    /** In milliseconds: longer than a call may be under way that makes a session whose id is in the index. */
    private static final byte[] UNDER_WAY =
            Long.toString(Duration.ofHours(1).toMillis()).getBytes(US_ASCII);

    /** Answers '1' if there is one. */
    private static final Script LIVES = new Script("return {redis.call('HEXISTS', KEYS[1], 'end') == 1 and '1' or ''}");

    private final StateRedis redis;

    public SessionErasure(StateRedis redis) {
        this.redis = redis;
    }

    @Override
    public String name() {
        return "sessions";
    }

    @Override
    public CompletionStage<Long> erase(String person, Position position) {
        return endAll(redis, person);
    }

    /** Ends all sessions of a user, those too that are being made: how many of them were there. */
    static CompletionStage<Long> endAll(StateRedis redis, String person) {
        byte[] index = Sessions.index(person);
        return redis.call(commands -> commands.zrange(index, 0, -1))
                .thenCompose(ids -> count(
                                ids, id -> redis.call(commands -> SessionScripts.BURY.run(commands, id, UNDER_WAY)))
                        .thenCompose(count -> ids.isEmpty()
                                ? CompletableFuture.completedFuture(count)
                                : redis.call(commands -> commands.zrem(index, ids.toArray(byte[][]::new)))
                                        .thenApply(_ -> count)));
    }

    @Override
    public CompletionStage<Long> left(String person) {
        return redis.call(commands -> commands.zrange(Sessions.index(person), 0, -1))
                .thenCompose(ids -> count(ids, id -> redis.call(commands -> LIVES.run(commands, id))));
    }

    private static CompletionStage<Long> count(
            List<byte[]> ids, Function<byte[], CompletionStage<List<Object>>> question) {
        CompletionStage<Long> count = CompletableFuture.completedFuture(0L);
        for (byte[] id : ids) {
            CompletionStage<List<Object>> answer = question.apply(Sessions.key(new String(id, US_ASCII)));
            count = count.thenCombine(answer, (sum, one) -> sum + ((byte[]) one.getFirst()).length);
        }
        return count;
    }
}
