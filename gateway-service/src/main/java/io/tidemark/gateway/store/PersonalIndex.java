package io.tidemark.gateway.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.redis.Script;
import io.tidemark.state.erasure.PersonStore;
import io.tidemark.state.redis.StateRedis;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Which responses in the region's Redis belong to a person: {@code tidemark:person:{<name>}:stored} with their keys, by when they
 * expire; and {@code tidemark:person:{<name>}:erased} with the position of the person's last erasure. Who stores a response
 * enters it first, and asks again afterwards: so either the erasure finds it, or it finds the erasure. Thread-safe.
 */
public final class PersonalIndex implements PersonStore {
    /** Longer than an answer may be under way whose request was sent before an erasure. */
    private static final Duration UNDER_WAY = Duration.ofHours(1);

    /**
     * KEYS: the index, the erasure. ARGV: milliseconds until they expire, epoch and offset at which it was filled, the two keys that
     * it may lie under. Answers 0, and enters nothing, if the person was erased since.
     */
    private static final Script ENTER = new Script("""
        local erased = redis.call('GET', KEYS[2])
        if erased then
          local epoch, offset = string.match(erased, '^(.*):(%-?%d+)$')
          if epoch ~= ARGV[2] or tonumber(offset) > tonumber(ARGV[3]) then return 0 end
        end
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
        local over = string.format('%.0f', now + ARGV[1])
        redis.call('ZADD', KEYS[1], 'GT', over, ARGV[4], over, ARGV[5])
        local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
        redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last[2]))
        return 1
        """);

    private final StateRedis redis;

    public PersonalIndex(StateRedis redis) {
        this.redis = redis;
    }

    /**
     * Enters a response: false if it must not be stored, for its person was erased since it was asked for.
     *
     * @param names the two keys, one of which it lies under
     * @param keep how long it is stored
     */
    CompletionStage<Boolean> enter(String person, String[] names, Position filledAt, Duration keep) {
        byte[][] keys = {index(person), erasure(person)};
        return redis.call(commands -> ENTER.run(
                        commands,
                        keys,
                        number(Math.max(1, keep.toMillis())),
                        ascii(filledAt.epoch()),
                        number(filledAt.offset()),
                        ascii(names[0]),
                        ascii(names[1])))
                .thenApply(entered -> entered == 1);
    }

    @Override
    public String name() {
        return "responses";
    }

    @Override
    public CompletionStage<Long> erase(String person, Position position) {
        byte[] index = index(person);
        return redis.call(
                        commands -> commands.psetex(erasure(person), UNDER_WAY.toMillis(), ascii(position.toString())))
                .thenCompose(_ -> redis.call(commands -> commands.zrange(index, 0, -1)))
                .thenCompose(names -> sum(names, true)
                        .thenCompose(count -> names.isEmpty()
                                ? CompletableFuture.completedFuture(count)
                                : redis.call(commands -> commands.zrem(index, names.toArray(byte[][]::new)))
                                        .thenApply(_ -> count)));
    }

    @Override
    public CompletionStage<Long> left(String person) {
        return redis.call(commands -> commands.zrange(index(person), 0, -1)).thenCompose(names -> sum(names, false));
    }

    /** How many of them are there, or are deleted; each is in a slot of its own. */
    private CompletionStage<Long> sum(List<byte[]> names, boolean delete) {
        CompletionStage<Long> count = CompletableFuture.completedFuture(0L);
        for (byte[] name : names) {
            CompletionStage<Long> one = redis.call(commands -> delete ? commands.unlink(name) : commands.exists(name));
            count = count.thenCombine(one, Long::sum);
        }
        return count;
    }

    private static byte[] index(String person) {
        return ascii("tidemark:person:{" + person + "}:stored");
    }

    private static byte[] erasure(String person) {
        return ascii("tidemark:person:{" + person + "}:erased");
    }

    private static byte[] number(long number) {
        return ascii(Long.toString(number));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }
}
