package io.tidemark.gateway.documents.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.gateway.redis.ListScript;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Names of documents for which something is to be done, in the region's Redis, where all its gateways look. Who takes a name does the
 * work; if it does not say within its lease that it is done, another one takes it. So the work may be done twice, and is never
 * forgotten. Times are Redis's. Thread-safe.
 */
public final class WorkList {
    /** Longer than brokers are waited for. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final String NOW = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        """;

    /** ARGV: names and delays in milliseconds. What is due earlier stays so. */
    private static final ListScript MARK = new ListScript(NOW + """
        for i = 1, #ARGV, 2 do redis.call('ZADD', KEYS[1], 'LT', now + ARGV[i + 1], ARGV[i]) end
        return {}
        """);

    /** ARGV: how many, and the lease. Answers how many are due or taken, how long the first has been, and names. */
    private static final ListScript TAKE = new ListScript(NOW + """
        for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now)) do
          redis.call('ZREM', KEYS[2], name)
          redis.call('ZADD', KEYS[1], 'LT', now, name)
        end
        local taken = redis.call('ZCARD', KEYS[2])
        local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[1] + taken)
        local answer = {tostring(redis.call('ZCARD', KEYS[1]) + taken), due[2] and tostring(now - due[2]) or '0'}
        for i = 1, #due, 2 do
          if #answer - 2 < tonumber(ARGV[1]) and not redis.call('ZSCORE', KEYS[2], due[i]) then
            redis.call('ZREM', KEYS[1], due[i])
            redis.call('ZADD', KEYS[2], now + ARGV[2], due[i])
            answer[#answer + 1] = due[i]
          end
        end
        return answer
        """);

    private final DocumentRedis redis;
    private final byte[][] keys;
    private final Duration lease;

    /**
     * What was taken.
     *
     * @param waiting how many wait or are worked on
     * @param overdue how long the first of them has waited
     */
    public record Taken(long waiting, Duration overdue, List<DocumentName> names) {}

    /** @param work what it is, for its key */
    WorkList(DocumentRedis redis, String work) {
        this(redis, work, LEASE);
    }

    /** @param lease after which another one takes what was taken */
    WorkList(DocumentRedis redis, String work, Duration lease) {
        this.lease = lease;
        this.redis = redis;
        this.keys = new byte[][] {key(work), key(work + ":taken")};
    }

    private static byte[] key(String what) {
        return ("tidemark:{documents}:" + what).getBytes(UTF_8);
    }

    /** It is to be done for a document, not before the delay. */
    public CompletableFuture<Done> mark(DocumentName name, Duration delay) {
        return redis.run(MARK, keys, bytes(name.value()), bytes(Long.toString(delay.toMillis())))
                .thenApply(_ -> Done.DONE);
    }

    public CompletableFuture<Taken> take(int most) {
        return redis.run(TAKE, keys, bytes(Integer.toString(most)), bytes(Long.toString(lease.toMillis())))
                .thenApply(answer -> new Taken(
                        Long.parseLong(text(answer.get(0))),
                        Duration.ofMillis(Long.parseLong(text(answer.get(1)))),
                        answer.subList(2, answer.size()).stream()
                                .map(name -> new DocumentName(text(name)))
                                .toList()));
    }

    /** What was taken is done. If it was marked meanwhile it is to be done again. */
    public CompletableFuture<Long> done(DocumentName name) {
        return redis.call(commands -> commands.zrem(keys[1], bytes(name.value())));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }
}
