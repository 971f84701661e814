package io.tidemark.gateway.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.tidemark.commons.outage.Outage;
import io.tidemark.commons.redis.RedisConnections;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.redis.ListScript;
import io.tidemark.gateway.redis.RedisConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Documents in the region's Redis: what is acknowledged is here. Each call is one step there and fails as a whole; one that runs
 * out of time may have been done. Thread-safe.
 */
final class DocumentStore implements AutoCloseable {
    private static final ListScript READ = new ListScript(DocumentScripts.READ);
    private static final ListScript APPEND = new ListScript(DocumentScripts.APPEND);
    private static final ListScript COMPACT = new ListScript(DocumentScripts.COMPACT);
    private static final ListScript ERASE = new ListScript(DocumentScripts.ERASE);
    private static final ListScript FACTS = new ListScript(DocumentScripts.FACTS);

    /** Longer than the largest document takes to be compacted. Two who compact at once do no harm. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final int HEAD = 4;

    private final RedisConnection<RedisConnection.Commands> commands;
    private final RedisConnections connections;
    private final Duration timeout;
    private final long maxBytes;

    /**
     * @param connections told what fails
     * @param timeout the most that a call may take
     * @param maxBytes the most that a document may take
     */
    DocumentStore(AbstractRedisClient client, RedisConnections connections, Duration timeout, long maxBytes) {
        this.commands = RedisConnection.forCommands(client, connections);
        this.connections = connections;
        this.timeout = timeout;
        this.maxBytes = maxBytes;
    }

    /** Whether there is a connection. */
    boolean isUp() {
        RedisConnection.Commands now = commands.get();
        return now != null && now.connection().isOpen();
    }

    /** What is there after an edit: {@link Stored.Content} or {@link Stored.Erased}. */
    CompletableFuture<Stored> read(DocumentName name, long after) {
        return script(READ, name, bytes(after)).thenApply(DocumentStore::content);
    }

    private static Stored content(List<Object> answer) {
        if (answer.size() < HEAD) {
            return new Stored.Erased();
        }
        byte[] snapshot = (byte[]) answer.get(HEAD - 1);
        List<Update> edits = new ArrayList<>(answer.size() - HEAD);
        for (Object edit : answer.subList(HEAD, answer.size())) {
            edits.add(Update.read((byte[]) edit));
        }
        return new Stored.Content(
                text(answer, 0),
                Long.parseLong(text(answer, 1)),
                Long.parseLong(text(answer, 2)),
                snapshot.length == 0 ? null : Update.read(snapshot),
                edits);
    }

    /**
     * Stores an edit and tells all who listen to the document.
     *
     * @param epoch of the document as it was read; empty if there was none
     */
    CompletableFuture<Stored> append(DocumentName name, String epoch, Update edit) {
        return script(
                        APPEND,
                        name,
                        epoch.getBytes(UTF_8),
                        UUID.randomUUID().toString().getBytes(UTF_8),
                        edit.bytes(),
                        bytes(maxBytes),
                        name.key("news"))
                .thenApply(answer -> switch (text(answer, 0)) {
                    case "stored" -> new Stored.Edit(text(answer, 1), Long.parseLong(text(answer, 2)));
                    case "erased" -> new Stored.Erased();
                    case "large" -> new Stored.TooLarge();
                    default -> new Stored.Other();
                });
    }

    /**
     * Puts a snapshot in the place of another, and drops the edits that are in it; {@link Stored.Other} if somebody else did.
     *
     * @param before the last edit in the snapshot that it replaces
     * @param at the last edit in this one
     */
    CompletableFuture<Stored> compact(
            DocumentName name, String epoch, long before, long at, Update snapshot, Instant now) {
        return script(
                        COMPACT,
                        name,
                        epoch.getBytes(UTF_8),
                        bytes(before),
                        bytes(at),
                        snapshot.bytes(),
                        now.toString().getBytes(UTF_8))
                .thenApply(answer -> text(answer, 0).equals("stored") ? new Stored.Done() : new Stored.Other());
    }

    /** Whether this gateway is to compact the document now. */
    CompletableFuture<Boolean> lease(DocumentName name) {
        SetArgs once = SetArgs.Builder.nx().px(LEASE.toMillis());
        return call(redis -> redis.set(name.key("lease"), new byte[] {'1'}, once))
                .thenApply("OK"::equals);
    }

    /** Gives the lease back. */
    CompletableFuture<Long> release(DocumentName name) {
        return call(redis -> redis.del(new byte[][] {name.key("lease")}));
    }

    /** Leaves a mark in the place of a document, whether there was one or not. Told to all who listen to it. */
    CompletableFuture<Stored> erase(DocumentName name, Instant now) {
        return script(ERASE, name, now.toString().getBytes(UTF_8), name.key("news"))
                .thenApply(_ -> new Stored.Done());
    }

    /** Epoch, last edit, bytes, edits since the snapshot, the snapshot's last edit and its time; {@code erased}, or {@code none}. */
    CompletableFuture<List<String>> facts(DocumentName name) {
        return script(FACTS, name)
                .thenApply(answer -> answer.stream()
                        .map(each -> new String((byte[]) each, UTF_8))
                        .toList());
    }

    /** Tells all who listen to a document something that is not stored. */
    CompletableFuture<Long> tell(DocumentName name, byte[] news) {
        return call(redis -> redis.publish(name.key("news"), news));
    }

    private CompletableFuture<List<Object>> script(ListScript script, DocumentName name, byte[]... values) {
        byte[][] keys = {name.key("meta"), name.key("log"), name.key("snapshot"), name.key("lease")};
        return call(redis -> script.run(redis, keys, values));
    }

    private <T> CompletableFuture<T> call(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> call) {
        RedisConnection.Commands now = commands.get();
        if (now == null || !now.connection().isOpen()) {
            return CompletableFuture.failedFuture(new RedisException("no connection"));
        }
        return call.apply(now.async())
                .toCompletableFuture()
                .copy()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((_, failure) -> told(failure));
    }

    private void told(@Nullable Throwable failure) {
        if (failure == null) {
            connections.taken();
        } else if (Outage.innermost(failure) instanceof RedisException refused) {
            connections.failed(refused);
        }
    }

    private static byte[] bytes(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    private static String text(List<Object> answer, int index) {
        return new String((byte[]) answer.get(index), UTF_8);
    }

    @Override
    public void close() {
        commands.close();
    }
}
