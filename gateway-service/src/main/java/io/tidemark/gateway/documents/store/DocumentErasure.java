package io.tidemark.gateway.documents.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contracts.Position;
import io.tidemark.state.erasure.PersonStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A person's documents. Each leaves its mark, in all regions, so that nobody who has a copy brings it back. */
final class DocumentErasure implements PersonStore {
    private static final byte[] OWNER = "owner".getBytes(UTF_8);
    private static final byte[] EPOCH = "epoch".getBytes(UTF_8);
    private static final byte[] ERASED = "erased".getBytes(UTF_8);

    private final DocumentRedis redis;
    private final DocumentStore store;
    private final InstantSource clock;

    DocumentErasure(DocumentRedis redis, DocumentStore store, InstantSource clock) {
        this.redis = redis;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "documents";
    }

    @Override
    public CompletionStage<Long> erase(String person, Position position) {
        return each(
                person,
                name -> owned(person, name).thenCompose(owned -> switch (owned) {
                    case YES -> store.erase(name, clock.instant()).thenCompose(_ -> forget(person, name, 1));
                    case ABOUT_TO_BE -> store.erase(name, clock.instant()).thenCompose(_ -> forget(person, name, 0));
                    case NO -> forget(person, name, 0);
                }));
    }

    private CompletableFuture<Long> forget(String person, DocumentName name, long count) {
        return redis.call(commands ->
                        commands.srem(DocumentOwners.index(person), name.value().getBytes(UTF_8)))
                .thenApply(_ -> count);
    }

    @Override
    public CompletionStage<Long> left(String person) {
        return each(person, name -> owned(person, name).thenApply(owned -> owned == Owned.YES ? 1L : 0L));
    }

    private enum Owned {
        YES,
        /** It is noted, and its first edit is not stored yet. */
        ABOUT_TO_BE,
        /** It is another's, or was erased. */
        NO
    }

    private CompletableFuture<Owned> owned(String person, DocumentName name) {
        return redis.call(commands -> commands.hmget(name.key("meta"), OWNER, EPOCH, ERASED))
                .thenApply(found -> {
                    if (found.get(0).hasValue()
                            && person.equals(new String(found.get(0).getValue(), UTF_8))) {
                        return Owned.YES;
                    }
                    return found.get(1).hasValue() || found.get(2).hasValue() ? Owned.NO : Owned.ABOUT_TO_BE;
                });
    }

    private CompletableFuture<Long> each(String person, Function<DocumentName, CompletableFuture<Long>> work) {
        return redis.call(commands -> commands.smembers(DocumentOwners.index(person)))
                .thenCompose(names -> sum(Objects.requireNonNull(names), work));
    }

    private static CompletableFuture<Long> sum(
            Set<byte[]> names, Function<DocumentName, CompletableFuture<Long>> work) {
        List<CompletableFuture<Long>> counts = new ArrayList<>();
        names.forEach(name -> counts.add(work.apply(new DocumentName(new String(name, UTF_8)))));
        return CompletableFuture.allOf(counts.toArray(CompletableFuture[]::new))
                .thenApply(
                        _ -> counts.stream().mapToLong(CompletableFuture::join).sum());
    }
}
