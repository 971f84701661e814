package io.tidemark.gateway.erase;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.gateway.redis.RedisConnection;
import io.tidemark.gateway.redis.Script;
import io.tidemark.gateway.store.StoredRecordHead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Deletes from the region's Redis what purges cover: by the index's sets, or, where no set names all of it, by a scan. A
 * response is deleted only as it was read, so that one that was stored meanwhile stays. Blocks; for the eraser's thread.
 */
final class RedisEraser {
    private static final int FIRST_BYTES = 2 * 1024;
    private static final int AT_ONCE = 500;

    /** KEYS: the response. ARGV: how it begins. */
    private static final Script DELETE_IF = new Script("""
        if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1] - 1) == ARGV[1] then
            return redis.call('UNLINK', KEYS[1])
        end
        return 0
        """);

    private final RedisConnection<RedisConnection.Commands> redis;
    private final RedisConnections connections;
    private final StoredRecordHead.Reader heads;
    private final Duration timeout;

    /**
     * @param connections told what fails
     * @param timeout of each round trip
     */
    RedisEraser(
            RedisConnection<RedisConnection.Commands> redis,
            RedisConnections connections,
            StoredRecordHead.Reader heads,
            Duration timeout) {
        this.redis = redis;
        this.connections = connections;
        this.heads = heads;
        this.timeout = timeout;
    }

    /**
     * Deletes what the purges cover.
     *
     * @return for each purge how many responses were deleted for it; one that two of them cover counts for the first
     * @throws EraserException if Redis does not answer; erasing again is safe
     */
    long[] erase(List<Erasable> purges) {
        long[] deleted = new long[purges.size()];
        if (purges.stream().allMatch(purge -> purge.covers().isEmpty())) {
            return deleted;
        }
        RedisConnection.Commands connected = redis.get();
        if (connected == null) {
            throw new EraserException("no connection to Redis: " + connections.why(), null);
        }
        var commands = connected.async();
        boolean scans = purges.stream().anyMatch(Erasable::scans);
        Set<String> named = scans ? Set.of() : members(commands, purges);
        scans = scans || named.remove(RedisTagIndex.INCOMPLETE);
        if (scans) {
            scan(commands, purges, deleted);
        } else {
            erase(commands, named.stream().map(name -> name.getBytes(UTF_8)).toList(), purges, deleted);
        }
        return deleted;
    }

    /** What the purges' sets name; all of them are asked for before the first answer is waited for. */
    private Set<String> members(RedisClusterAsyncCommands<byte[], byte[]> commands, List<Erasable> purges) {
        List<Future<List<byte[]>>> sets = new ArrayList<>();
        purges.stream()
                .flatMap(purge -> purge.sets().stream())
                .distinct()
                .forEach(set -> sets.add(commands.zrange(set.getBytes(UTF_8), 0, -1)));
        Set<String> members = new LinkedHashSet<>();
        sets.forEach(set -> await(set).forEach(member -> members.add(new String(member, UTF_8))));
        return members;
    }

    private void scan(RedisClusterAsyncCommands<byte[], byte[]> commands, List<Erasable> purges, long[] deleted) {
        ScanArgs responses = ScanArgs.Builder.matches("tidemark:{*}:response*").limit(AT_ONCE);
        ScanCursor cursor = ScanCursor.INITIAL;
        do {
            KeyScanCursor<byte[]> page = await(commands.scan(cursor, responses));
            erase(commands, page.getKeys(), purges, deleted);
            cursor = page;
        } while (!cursor.isFinished());
    }

    private void erase(
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            List<byte[]> keys,
            List<Erasable> purges,
            long[] deleted) {
        for (int from = 0; from < keys.size(); from += AT_ONCE) {
            List<byte[]> some = keys.subList(from, Math.min(keys.size(), from + AT_ONCE));
            List<Future<byte[]>> reads = new ArrayList<>(some.size());
            some.forEach(key -> reads.add(commands.getrange(key, 0, FIRST_BYTES - 1)));
            for (int i = 0; i < some.size(); i++) {
                eraseOne(commands, some.get(i), await(reads.get(i)), purges, deleted);
            }
        }
    }

    private void eraseOne(
            RedisClusterAsyncCommands<byte[], byte[]> commands,
            byte[] key,
            byte[] begin,
            List<Erasable> purges,
            long[] deleted) {
        byte[] first = begin;
        while (first.length > 0) {
            Optional<StoredRecordHead> head = heads.read(first);
            if (head.isEmpty() && first.length == FIRST_BYTES) {
                first = await(commands.getrange(key, 0, heads.maxBytes() - 1));
                head = heads.read(first);
            }
            int purge = purgeOf(head, purges);
            if (purge < 0) {
                return;
            }
            long gone = await(DELETE_IF.run(commands, new byte[][] {key}, first));
            if (gone > 0) {
                deleted[purge]++;
                return;
            }
            first = await(commands.getrange(key, 0, FIRST_BYTES - 1)); // it was stored anew, or is gone
        }
    }

    /** The index of the purge that it is deleted for, -1 if it stays; a record that nobody can read goes. */
    private static int purgeOf(Optional<StoredRecordHead> head, List<Erasable> purges) {
        for (int i = 0; i < purges.size(); i++) {
            if (!purges.get(i).covers().isEmpty()
                    && (head.isEmpty() || purges.get(i).covers(head.get()))) {
                return i;
            }
        }
        return -1;
    }

    private <T> T await(Future<T> answer) {
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            Throwable cause = Outage.innermost(failure);
            connections.failed(cause);
            throw new EraserException("Redis refuses: " + Outage.sentence(cause), failure);
        } catch (TimeoutException failure) {
            throw new EraserException("Redis did not answer within " + timeout, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EraserException("interrupted", interrupted);
        }
    }
}
