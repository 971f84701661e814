package io.tidemark.gateway.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.purge.Reaches;
import io.tidemark.gateway.redis.RedisConnection;
import io.tidemark.gateway.redis.Script;
import io.tidemark.gateway.store.TagIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A sorted set for each tag and for each path: the names of the responses, by the time when they expire (Redis' own
 * clock). Each change is one script on one key, so that it works on Redis Cluster.
 *
 * <p>Bounded: a set loses what has expired whenever something is added, and expires with its last member. One that would
 * grow past {@link #MAX_MEMBERS} loses those that expire first and is marked: its purge scans instead.
 */
final class RedisTagIndex implements TagIndex {
    /** The most members of one set. */
    static final int MAX_MEMBERS = 100_000;

    /** The member of a set that holds not all. */
    static final String INCOMPLETE = "!";

    private static final Logger log = LoggerFactory.getLogger(RedisTagIndex.class);

    /** KEYS: the set. ARGV: member, milliseconds until it expires, the most members. */
    private static final Script ADD = new Script("""
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
        redis.call('ZADD', KEYS[1], 'GT', now + ARGV[2], ARGV[1])
        local over = redis.call('ZCARD', KEYS[1]) - ARGV[3]
        if over > 0 then
            redis.call('ZREMRANGEBYRANK', KEYS[1], 0, over)
            local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
            redis.call('ZADD', KEYS[1], 'GT', last[2], '!')
        end
        local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
        redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', last[2]))
        return 1
        """);

    private final RedisConnection<RedisConnection.Commands> redis;
    private final int maxMembers;

    RedisTagIndex(RedisConnection<RedisConnection.Commands> redis, int maxMembers) {
        this.redis = redis;
        this.maxMembers = maxMembers;
    }

    @Override
    public Mono<Void> add(String key, PurgeSubject subject, Duration storedFor) {
        return Mono.defer(() -> {
                    RedisConnection.Commands connected = redis.get();
                    return connected == null
                            ? Mono.<Void>empty()
                            : Mono.fromCompletionStage(add(connected.async(), key, subject, storedFor));
                })
                .onErrorResume(failure -> {
                    log.debug("{} is not in the index: {}", key, failure.toString());
                    return Mono.empty();
                });
    }

    private CompletionStage<Void> add(
            RedisClusterAsyncCommands<byte[], byte[]> commands, String key, PurgeSubject subject, Duration storedFor) {
        List<String> sets = new ArrayList<>(subject.tags().size() + 1);
        subject.tags().forEach(tag -> sets.add(IndexKeys.tag(tag)));
        sets.add(IndexKeys.path(Reaches.normalPath(subject)));
        return CompletableFuture.allOf(sets.stream()
                .map(set -> ADD.run(
                        commands,
                        new byte[][] {set.getBytes(UTF_8)},
                        key.getBytes(UTF_8),
                        text(Math.max(1, storedFor.toMillis())),
                        text(maxMembers)))
                .toArray(CompletableFuture[]::new));
    }

    private static byte[] text(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }
}
