package io.tidemark.gateway.documents.regions;

import io.tidemark.contracts.DocumentHead;
import io.tidemark.documents.update.StateVector;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.DocumentStore;
import io.tidemark.gateway.documents.store.RegionsProperties;
import io.tidemark.gateway.documents.store.ReplicaStore;
import io.tidemark.gateway.documents.store.Stored;
import io.tidemark.gateway.documents.store.Unpublished;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What all regions have of a document, as far as this one knows: its own now, the others' as they said last. Thread-safe. */
public final class RegionalView {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final DocumentStore store;
    private final ReplicaStore replicas;
    private final String region;
    private final RegionsProperties regions;
    private final InstantSource clock;

    RegionalView(
            DocumentStore store, ReplicaStore replicas, String region, RegionsProperties regions, InstantSource clock) {
        this.store = store;
        this.replicas = replicas;
        this.region = region;
        this.regions = regions;
        this.clock = clock;
    }

    /** Whether there is one. */
    public sealed interface Found {
        /** It is there; as JSON. */
        record Document(Map<String, Object> members) implements Found {}

        /** It was erased. */
        record Erased(Receipt receipt) implements Found {}

        /** There is none. */
        record Nothing() implements Found {}
    }

    /**
     * Which regions have erased it, when, and how much of it each of their stores had.
     *
     * @param waiting those that have not said so
     */
    public record Receipt(Map<String, Object> regions, List<String> waiting) {
        /** As JSON. */
        public Map<String, Object> members(DocumentName name) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("document", name.value());
            members.put("status", waiting.isEmpty() ? "complete" : "waiting");
            members.put("regions", regions);
            if (!waiting.isEmpty()) {
                members.put("waiting", waiting);
            }
            return members;
        }
    }

    public CompletableFuture<Found> find(DocumentName name) {
        return store.facts(name).thenCompose(facts -> switch (facts.getFirst()) {
            case "erased" -> receipt(name).thenApply(Found.Erased::new);
            case "none" -> CompletableFuture.completedFuture(new Found.Nothing());
            default ->
                store.read(name, 0)
                        .thenCombine(
                                replicas.said(name),
                                (read, said) -> read instanceof Stored.Content content
                                        ? new Found.Document(members(facts, content, said))
                                        : new Found.Nothing());
        });
    }

    private Map<String, Object> members(
            List<String> facts, Stored.Content content, Map<String, ReplicaStore.Said> said) {
        StateVector own = Comparison.all(content).vector();
        Map<Long, Long> most = new LinkedHashMap<>(own.clocks());
        said.values()
                .forEach(other ->
                        other.vector().clocks().forEach((client, clock) -> most.merge(client, clock, Math::max)));
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("region", region);
        members.putAll(region(
                own,
                most,
                Long.parseLong(facts.get(1)),
                Long.parseLong(facts.get(2)),
                Long.parseLong(facts.get(3)),
                facts.get(5)));
        members.put("snapshotAt", Long.parseLong(facts.get(4)));
        Map<String, Object> others = new LinkedHashMap<>();
        said.forEach((name, other) -> {
            DocumentHead.Facts known = other.head().facts();
            if (known != null) {
                Map<String, Object> one = region(
                        other.vector(),
                        most,
                        known.edits(),
                        known.bytes(),
                        known.tail(),
                        known.compacted() == null ? "" : known.compacted().toString());
                one.put("asOf", known.asOf().toString());
                others.put(name, one);
            }
        });
        if (!regions.others().isEmpty()) {
            members.put("others", others);
        }
        return members;
    }

    private static Map<String, Object> region(
            StateVector vector, Map<Long, Long> most, long edits, long bytes, long tail, String compacted) {
        Map<String, Long> clocks = new LinkedHashMap<>();
        vector.clocks().forEach((client, clock) -> clocks.put(client.toString(), clock));
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("vector", clocks);
        members.put("edits", edits);
        members.put("bytes", bytes);
        members.put("tail", tail);
        members.put(
                "lag",
                most.entrySet().stream()
                        .mapToLong(each -> each.getValue() - vector.clock(each.getKey()))
                        .sum());
        if (!compacted.isEmpty()) {
            members.put("compacted", compacted);
        }
        return members;
    }

    /** Erases it in all regions, and waits for the others a little. */
    public CompletableFuture<Receipt> erase(DocumentName name) {
        Instant end = clock.instant().plus(regions.receipt());
        return store.erase(name, clock.instant()).thenCompose(_ -> receiptBy(name, end));
    }

    private CompletableFuture<Receipt> receiptBy(DocumentName name, Instant end) {
        return receipt(name).thenCompose(receipt -> {
            if (receipt.waiting().isEmpty() || clock.instant().isAfter(end)) {
                return CompletableFuture.completedFuture(receipt);
            }
            return CompletableFuture.supplyAsync(
                            () -> name, CompletableFuture.delayedExecutor(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS))
                    .thenCompose(again -> receiptBy(again, end));
        });
    }

    private CompletableFuture<Receipt> receipt(DocumentName name) {
        return replicas.unpublished(name).thenCombine(replicas.said(name), (own, said) -> {
            Map<String, Object> done = new LinkedHashMap<>();
            if (own instanceof Unpublished.Erased(Instant at, Map<String, Long> stores)) {
                done.put(region, Map.of("erased", at.toString(), "stores", new TreeMap<>(stores)));
            }
            List<String> waiting = new ArrayList<>();
            if (regions.leaves(name)) {
                for (String other : regions.others()) {
                    ReplicaStore.Said last = said.get(other);
                    DocumentHead.Erased erased =
                            last == null ? null : last.head().erased();
                    if (erased == null) {
                        waiting.add(other);
                    } else {
                        done.put(other, Map.of("erased", erased.at().toString(), "stores", erased.stores()));
                    }
                }
            }
            return new Receipt(done, waiting);
        });
    }
}
