package io.tidemark.gateway.documents.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.SetArgs;
import io.tidemark.commons.outage.Outage;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.redis.ListScript;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Documents in the region's Redis: what is acknowledged is here. Each call is one step there and fails as a whole; one that runs
 * out of time may have been done. Thread-safe.
 */
public final class DocumentStore {
    private static final ListScript READ = new ListScript(DocumentScripts.READ);
    private static final ListScript APPEND = new ListScript(DocumentScripts.APPEND);
    private static final ListScript COMPACT = new ListScript(DocumentScripts.COMPACT);
    private static final ListScript ERASE = new ListScript(DocumentScripts.ERASE);
    private static final ListScript FACTS = new ListScript(DocumentScripts.FACTS);

    /** Longer than the largest document takes to be compacted. Two who compact at once do no harm. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static final int HEAD = 4;

    private final DocumentRedis redis;
    private final Agenda agenda;
    private final DocumentSealing sealing;
    private final long maxBytes;

    /**
     * @param agenda told of what is stored
     * @param maxBytes the most that a document may take
     */
    DocumentStore(DocumentRedis redis, Agenda agenda, DocumentSealing sealing, long maxBytes) {
        this.redis = redis;
        this.agenda = agenda;
        this.sealing = sealing;
        this.maxBytes = maxBytes;
    }

    /** Whether there is a connection. */
    public boolean isUp() {
        return redis.isUp();
    }

    /** What is there after an edit: {@link Stored.Content} or {@link Stored.Erased}. */
    public CompletableFuture<Stored> read(DocumentName name, long after) {
        return redis.run(READ, name, bytes(after)).thenCompose(answer -> content(name, answer));
    }

    private CompletableFuture<Stored> content(DocumentName name, List<Object> answer) {
        if (answer.size() < HEAD) {
            return CompletableFuture.completedFuture(new Stored.Erased());
        }
        List<byte[]> stored = new ArrayList<>(answer.size() - HEAD + 1);
        answer.subList(HEAD - 1, answer.size()).forEach(each -> stored.add((byte[]) each));
        return sealing.open(name, stored)
                .thenApply(plain -> content(answer, plain))
                .exceptionallyCompose(
                        failure -> Outage.innermost(failure) instanceof DocumentSealing.UnreadableException unreadable
                                        && unreadable.isGone() // an old copy of what was erased
                                ? CompletableFuture.completedFuture(new Stored.Erased())
                                : CompletableFuture.failedFuture(failure));
    }

    /** @param plain the snapshot, and the edits after it */
    private static Stored content(List<Object> answer, List<byte[]> plain) {
        byte[] snapshot = plain.getFirst();
        return new Stored.Content(
                text(answer, 0),
                Long.parseLong(text(answer, 1)),
                Long.parseLong(text(answer, 2)),
                snapshot.length == 0 ? null : Update.read(snapshot),
                plain.subList(1, plain.size()).stream().map(Update::read).toList());
    }

    /**
     * Stores an edit and tells all who listen to the document.
     *
     * @param epoch of the document as it was read; empty if there was none
     * @param owner the name that stands for whose a new one is, empty for nobody's
     */
    public CompletableFuture<Stored> append(DocumentName name, String epoch, Update edit, String owner) {
        String whose = epoch.isEmpty() ? owner : "";
        return DocumentOwners.note(redis, name, whose)
                .thenCompose(_ -> sealing.seal(name, edit.bytes()))
                .thenCompose(octets -> append(name, epoch, octets, whose));
    }

    private CompletableFuture<Stored> append(DocumentName name, String epoch, byte[] edit, String owner) {
        CompletableFuture<Done> noted = agenda.before(name);
        return redis.run(
                        APPEND,
                        name,
                        epoch.getBytes(UTF_8),
                        UUID.randomUUID().toString().getBytes(UTF_8),
                        edit,
                        bytes(maxBytes),
                        name.key("news"),
                        owner.getBytes(UTF_8))
                .thenCombine(noted, (answer, _) -> appended(answer))
                .whenComplete((stored, _) -> {
                    if (stored instanceof Stored.Edit) {
                        agenda.after(name);
                    }
                });
    }

    private static Stored appended(List<Object> answer) {
        return switch (text(answer, 0)) {
            case "stored" -> new Stored.Edit(text(answer, 1), Long.parseLong(text(answer, 2)));
            case "erased" -> new Stored.Erased();
            case "large" -> new Stored.TooLarge();
            default -> new Stored.Other();
        };
    }

    /**
     * Puts a snapshot in the place of another, and drops the edits that are in it; {@link Stored.Other} if somebody else did.
     *
     * @param before the last edit in the snapshot that it replaces
     * @param at the last edit in this one
     */
    public CompletableFuture<Stored> compact(
            DocumentName name, String epoch, long before, long at, Update snapshot, Instant now) {
        return sealing.seal(name, snapshot.bytes())
                .thenCompose(octets -> redis.run(
                        COMPACT,
                        name,
                        epoch.getBytes(UTF_8),
                        bytes(before),
                        bytes(at),
                        octets,
                        now.toString().getBytes(UTF_8)))
                .thenApply(answer -> text(answer, 0).equals("stored") ? new Stored.Done() : new Stored.Other());
    }

    /** Whether this gateway is to compact the document now. */
    public CompletableFuture<Boolean> lease(DocumentName name) {
        SetArgs once = SetArgs.Builder.nx().px(LEASE.toMillis());
        return redis.call(commands -> commands.set(name.key("lease"), new byte[] {'1'}, once))
                .thenApply("OK"::equals);
    }

    /** Gives the lease back. */
    public CompletableFuture<Long> release(DocumentName name) {
        return redis.call(commands -> commands.del(new byte[][] {name.key("lease")}));
    }

    /**
     * Leaves a mark in the place of a document, whether there was one or not, and destroys its key. Told to all who listen to it, and to
     * all regions.
     */
    public CompletableFuture<Stored> erase(DocumentName name, Instant now) {
        return erased(name, now).thenCompose(_ -> agenda.announce(name)).thenApply(_ -> new Stored.Done());
    }

    /** The same, because another region has erased it. That one is told if it was not erased here before. */
    public CompletableFuture<Stored> eraseToo(DocumentName name, Instant now) {
        return erased(name, now)
                .thenCompose(isNew -> isNew ? agenda.announce(name) : CompletableFuture.completedFuture(Done.DONE))
                .thenApply(_ -> new Stored.Done());
    }

    /** Whether it was not erased before. The key goes last, so that erasing again after a failure finds it. */
    private CompletableFuture<Boolean> erased(DocumentName name, Instant now) {
        return agenda.beforeErasure(name)
                .thenCompose(_ -> redis.run(ERASE, name, now.toString().getBytes(UTF_8), name.key("news")))
                .thenCompose(answer -> sealing.destroy(name)
                        .thenCompose(had -> had ? noteKey(name) : CompletableFuture.completedFuture(true))
                        .thenCompose(_ -> agenda.afterErasure(name))
                        .thenApply(_ -> text(answer, 0).equals("stored")));
    }

    /** For the receipt. */
    private CompletableFuture<Boolean> noteKey(DocumentName name) {
        return redis.call(commands -> commands.hset(name.key("meta"), "keys".getBytes(UTF_8), new byte[] {'1'}));
    }

    /**
     * Epoch, last edit, bytes, edits since the snapshot, the snapshot's last edit and its time, whose it is; {@code erased}, or
     * {@code none}.
     */
    public CompletableFuture<List<String>> facts(DocumentName name) {
        return redis.run(FACTS, name)
                .thenApply(answer -> answer.stream()
                        .map(each -> new String((byte[]) each, UTF_8))
                        .toList());
    }

    /** Tells all who listen to a document something that is not stored. */
    public CompletableFuture<Long> tell(DocumentName name, byte[] news) {
        return redis.call(commands -> commands.publish(name.key("news"), news));
    }

    private static byte[] bytes(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    private static String text(List<Object> answer, int index) {
        return new String((byte[]) answer.get(index), UTF_8);
    }
}
