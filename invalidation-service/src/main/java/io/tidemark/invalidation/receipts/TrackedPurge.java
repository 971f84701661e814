package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One purge and what is known of its way through the regions. Not thread-safe: {@link Receipts} owns it. */
final class TrackedPurge {
    private final Purge purge;
    private final Position position;
    private final long readAt;
    private final boolean fromBacklog;
    private final Map<String, RegionProgress> regions = new LinkedHashMap<>();
    private Barrier barrier;
    private boolean wasComplete;
    private @Nullable Instant completeAt;
    private @Nullable Long tookMs;

    TrackedPurge(Purge purge, Position position, long readAt, boolean fromBacklog, Barrier barrier) {
        this.purge = purge;
        this.position = position;
        this.readAt = readAt;
        this.fromBacklog = fromBacklog;
        this.barrier = barrier;
    }

    Purge purge() {
        return purge;
    }

    Position position() {
        return position;
    }

    /** Whether it is the erasure of a person. */
    boolean erasesPersons() {
        return purge.erasesPersons();
    }

    boolean fromBacklog() {
        return fromBacklog;
    }

    Barrier barrier() {
        return barrier;
    }

    void waitFor(Barrier other) {
        barrier = other;
    }

    boolean isComplete() {
        return wasComplete || completeAt != null;
    }

    /** It was complete before this instance started; when and by whom is shown once that is known again. */
    void wasComplete() {
        wasComplete = true;
    }

    /** A gateway is at or past it. */
    void applied(Member member, long now) {
        region(member.region()).applied(member, now);
    }

    /** Whether the gateway was alive, as far as was known, when this purge was read. */
    boolean concerns(Member member) {
        return member.hadLeaseAt(readAt);
    }

    boolean isCompleteIn(String region) {
        RegionProgress progress = regions.get(region);
        return progress != null && progress.completeAt != null;
    }

    void completeIn(String region, Collection<Member> members, Fleet fleet, long now, Instant wallClock) {
        RegionProgress progress = region(region);
        members.stream().filter(m -> concerns(m) && fleet.isLeftOut(m, now)).forEach(progress::leftOut);
        TreeSet<String> uncovered = new TreeSet<>();
        members.stream()
                .filter(m -> !fleet.isLeftOut(m, now))
                .forEach(m -> uncovered.addAll(m.last().uncoveredRoutes()));
        progress.uncoveredRoutes = List.copyOf(uncovered);
        progress.completeAt = fromBacklog ? progress.lastAppliedAt(wallClock) : wallClock;
        progress.tookMs = tookMs(now, progress.completeAt);
    }

    void complete(long now, Instant wallClock) {
        completeAt = fromBacklog
                ? regions.values().stream()
                        .map(r -> r.lastAppliedAt(wallClock))
                        .max(Instant::compareTo)
                        .orElse(wallClock)
                : wallClock;
        tookMs = tookMs(now, completeAt);
    }

    /** Milliseconds until it was complete; null until then. */
    @Nullable
    Long tookMs() {
        return tookMs;
    }

    Receipt receipt(Map<String, Erasure> erasures, ErasurePlaces places, Fleet fleet, long now) {
        Collection<Member> members = fleet.members();
        Map<String, Set<String>> stores = erasesPersons() ? places.stores(members) : Map.of();
        Set<String> unfinished = places.unfinished(stores, erasures);
        Map<String, Receipt.Region> shown = new java.util.TreeMap<>();
        TreeSet<String> names = new TreeSet<>(regions.keySet());
        names.addAll(erasures.keySet());
        names.addAll(isComplete() ? Set.of() : stores.keySet());
        if (completeAt == null) {
            members.stream()
                    .filter(m -> !fleet.isLeftOut(m, now))
                    .map(Member::region)
                    .forEach(names::add);
        }
        for (String name : names) {
            RegionProgress progress = regions.getOrDefault(name, new RegionProgress());
            List<Receipt.Gateway> gateways = new ArrayList<>(progress.gateways.values());
            if (progress.completeAt == null && !isComplete()) {
                members.stream()
                        .filter(m -> m.region().equals(name) && !progress.gateways.containsKey(m.instance()))
                        .filter(m -> !fleet.isLeftOut(m, now))
                        .map(m -> gateway(m, Receipt.State.AWAITED, null, null))
                        .forEach(gateways::add);
            }
            boolean applied = gateways.stream().noneMatch(gateway -> gateway.state() == Receipt.State.AWAITED);
            boolean complete = progress.completeAt != null || isComplete();
            shown.put(
                    name,
                    new Receipt.Region(
                            complete || (erasesPersons() && applied && !unfinished.contains(name)),
                            progress.completeAt,
                            progress.tookMs,
                            gateways,
                            Receipt.Erased.of(erasures.get(name)),
                            progress.uncoveredRoutes,
                            erasesPersons() ? stores(name, applied, stores.get(name), erasures.get(name)) : null));
        }
        return new Receipt(
                purge.id(),
                position,
                purge.source(),
                purge.targets(),
                purge.mode(),
                purge.requestId(),
                purge.publishedAt(),
                isComplete(),
                completeAt,
                tookMs,
                shown);
    }

    private static Map<String, Receipt.Store> stores(
            String place, boolean applied, @Nullable Set<String> names, @Nullable Erasure report) {
        Map<String, Receipt.Store> stores = new java.util.TreeMap<>();
        if (!place.equals(Erasure.WRITE_QUEUE)) {
            stores.put(Watermark.MEMORY, new Receipt.Store(applied ? 0L : null, null));
        }
        if (names != null) {
            names.forEach(name -> stores.put(name, new Receipt.Store(null, null)));
        }
        Map<String, Erasure.Store> said = report == null ? null : report.stores();
        if (said != null) {
            said.forEach((name, store) -> stores.put(name, new Receipt.Store(store.left(), store.deleted())));
        }
        return stores;
    }

    private RegionProgress region(String name) {
        return regions.computeIfAbsent(name, _ -> new RegionProgress());
    }

    /**
     * By this service's monotonic clock, from when it read the purge; for one that was there before, which it read late, by
     * the wall clocks of its publisher and of who applied it.
     */
    private long tookMs(long now, Instant at) {
        return fromBacklog
                ? Math.max(0, Duration.between(purge.publishedAt(), at).toMillis())
                : TimeUnit.NANOSECONDS.toMillis(now - readAt);
    }

    private static Receipt.Gateway gateway(
            Member member, Receipt.State state, @Nullable Instant appliedAt, @Nullable Long tookMs) {
        return new Receipt.Gateway(
                member.last().colo(), member.instance(), state, state == Receipt.State.APPLIED, appliedAt, tookMs);
    }

    private final class RegionProgress {
        private final Map<String, Receipt.Gateway> gateways = new LinkedHashMap<>();
        private @Nullable Instant completeAt;
        private @Nullable Long tookMs;
        private List<String> uncoveredRoutes = List.of();

        void applied(Member member, long now) {
            if (completeAt == null) {
                Instant at = member.last().appliedAt();
                gateways.putIfAbsent(
                        member.instance(),
                        gateway(member, Receipt.State.APPLIED, at, TrackedPurge.this.tookMs(now, at)));
            }
        }

        void leftOut(Member member) {
            gateways.putIfAbsent(member.instance(), gateway(member, Receipt.State.LEFT_OUT, null, null));
        }

        Instant lastAppliedAt(Instant otherwise) {
            return gateways.values().stream()
                    .map(Receipt.Gateway::appliedAt)
                    .filter(java.util.Objects::nonNull)
                    .max(Instant::compareTo)
                    .orElse(otherwise);
        }
    }
}
