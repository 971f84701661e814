package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The receipts of the last purges, from what was read of the three topics. Bounded: beyond {@link Bounds} the oldest
 * receipt is forgotten. Not thread-safe.
 *
 * <p>The caller reads the topics in order and tells what it read; after each piece of news it asks {@link #question}, sets
 * the barrier that it got, and calls {@link #complete}. {@code now} is a reading of the monotonic clock in nanoseconds
 * ({@link System#nanoTime}); {@code wallClock} is only shown.
 *
 * <p>It is over 300 lines long because what was read and what follows from it are one state; what a part of it knows by itself
 * ({@link Fleet}, {@link Barriers}, {@link Epochs}, {@link TrackedPurge}) is a class of its own.
 */
public final class Receipts {
    /**
     * How much is kept.
     *
     * @param receipts how many are kept
     * @param targets how many targets they may have between them; one of more than 64 characters counts for
     *     one more for each so many
     */
    public record Bounds(int receipts, int targets) {
        public Bounds {
            if (receipts < 1 || targets < 1) {
                throw new IllegalArgumentException("receipts and targets must be at least 1");
            }
        }
    }

    private static final int COUNTED_LENGTH = 64;

    private final Bounds bounds;
    private final Set<Rule> rules;
    private final Barriers barriers = new Barriers();
    private final Epochs epochs = new Epochs();
    private final Fleet fleet;
    private final ErasurePlaces places;
    private final LinkedHashMap<String, TrackedPurge> tracked = new LinkedHashMap<>();
    private final OpenPurges open = new OpenPurges();
    private final LinkedHashMap<String, Map<String, Erasure>> erasures = new LinkedHashMap<>();
    private int targets;
    private @Nullable Position head;
    private @Nullable CompletedUpTo before;

    /**
     * @param lease how long a gateway counts after its last heartbeat was read; longer than a gateway's own fence
     */
    public Receipts(Duration lease, Bounds bounds, ErasurePlaces places) {
        this(lease, bounds, EnumSet.allOf(Rule.class), places);
    }

    /** With some rules only: for the simulation that shows what each is good for. */
    public Receipts(Duration lease, Bounds bounds, Set<Rule> rules) {
        this(lease, bounds, rules, ErasurePlaces.OF_GATEWAYS);
    }

    private Receipts(Duration lease, Bounds bounds, Set<Rule> rules, ErasurePlaces places) {
        this.places = places;
        this.bounds = bounds;
        this.rules = Set.copyOf(rules);
        this.fleet = new Fleet(lease, rules, barriers);
    }

    // --- what was read ----------------------------------------------------------------------------------------------

    /** The end of the watermarks when this instance started to read them; see {@link Rule#START_WITH_LEASES}. */
    public void startedAt(long watermarksEnd) {
        fleet.startedAt(watermarksEnd);
    }

    /**
     * What was complete before this instance started. Told before the purges are read; holds from when the purge that it
     * names was read, if the log still has it there.
     */
    public void wasComplete(CompletedUpTo before) {
        this.before = before;
    }

    /** The purge log has this epoch now. */
    public void epochRead(String epoch) {
        epochs.met(epoch);
        if (head == null || !head.epoch().equals(epoch)) {
            head = new Position(epoch, Position.NOTHING_APPLIED);
        }
    }

    /** The watermarks' topic was recreated: its offsets start anew, and no barrier in the old one will ever be passed. */
    public void watermarksRecreated() {
        fleet.restartReading();
        open.all().forEach(p -> p.waitFor(barriers.next()));
        fleet.members().forEach(Member::askAnewBeforeExclusion);
    }

    /**
     * A purge was read; the same one again, under a later position, takes its place.
     *
     * @param fromBacklog whether it was in the log before this instance read live
     */
    public void purgeRead(Purge purge, Position position, boolean fromBacklog, long now) {
        epochRead(position.epoch());
        head = position;
        forget(purge.id());
        TrackedPurge added = new TrackedPurge(purge, position, now, fromBacklog, barriers.next());
        tracked.putLast(purge.id(), added);
        open.add(added);
        targets += weight(purge);
        while (tracked.size() > bounds.receipts() || (targets > bounds.targets() && tracked.size() > 1)) {
            forget(tracked.firstEntry().getKey());
        }
        for (Member member : fleet.live(now)) {
            if (epochs.hasApplied(member, added)) {
                added.applied(member, now);
            }
        }
        if (new CompletedUpTo(position, purge.id()).equals(before)) {
            tracked.values().stream().filter(p -> !p.erasesPersons()).forEach(TrackedPurge::wasComplete);
        }
    }

    /**
     * A watermark was read.
     *
     * @param watermark null if the gateway has left for good
     */
    public void watermarkRead(long offset, String instance, @Nullable Watermark watermark, long now) {
        if (watermark == null) {
            fleet.left(offset, instance);
            return;
        }
        Member before = fleet.member(instance);
        Position was = before != null && before.hasLease(now) ? before.last().position() : null;
        Member member = fleet.heard(offset, instance, watermark, now);
        for (TrackedPurge purge : open.between(was, watermark.position())) {
            if (!epochs.covers(watermark.position(), purge.position())) {
                break; // those after it are later still
            }
            if (epochs.hasApplied(member, purge)) {
                purge.applied(member, now);
            }
        }
    }

    /** The watermarks before this offset were read; some of them may have been compacted away. */
    public void watermarksReadUpTo(long offset) {
        fleet.readUpTo(offset);
    }

    public void erasureRead(Erasure erasure) {
        erasures.computeIfAbsent(erasure.purgeId(), _ -> new LinkedHashMap<>()).put(erasure.region(), erasure);
        while (erasures.size() > bounds.receipts()) {
            erasures.pollFirstEntry();
        }
    }

    // --- what follows from it ---------------------------------------------------------------------------------------

    /** A barrier to be set to the end of the watermarks, asked for after this call; empty if none is waited for. */
    public Optional<Barrier> question() {
        return Optional.ofNullable(barriers.take());
    }

    /** Settles what can be settled and returns the receipts that became complete. */
    public List<Receipt> complete(long now, Instant wallClock) {
        fleet.forgetTheLongGone(now);
        if (open.isEmpty() || isHeldBack(open.first())) {
            fleet.live(now); // asks for the barriers of those whose lease ran out
            return List.of();
        }
        Map<String, LiveMembers> live = fleet.live(now).stream()
                .collect(Collectors.groupingBy(
                        Member::region,
                        Collectors.collectingAndThen(Collectors.toList(), m -> new LiveMembers(m, epochs))));
        Map<String, List<Member>> all = fleet.members().stream().collect(Collectors.groupingBy(Member::region));
        List<TrackedPurge> done = new ArrayList<>();
        for (TrackedPurge purge : open.all()) {
            if (isHeldBack(purge)) {
                break; // barriers of later purges lie no earlier
            }
            Set<String> waiting = new HashSet<>();
            live.forEach((region, members) -> {
                if (!members.haveApplied(purge)) {
                    waiting.add(region);
                }
            });
            if (purge.erasesPersons()) {
                waiting.addAll(places.unfinished(places.stores(fleet.members()), erasures(purge)));
            }
            all.forEach((region, members) -> {
                boolean concerned = live.containsKey(region) || members.stream().anyMatch(purge::concerns);
                if (concerned && !waiting.contains(region) && !purge.isCompleteIn(region)) {
                    purge.completeIn(region, members, fleet, now, wallClock);
                }
            });
            if (waiting.isEmpty()) {
                purge.complete(now, wallClock);
                done.add(purge);
            }
        }
        done.forEach(p -> open.remove(p.purge().id()));
        return done.stream().map(p -> view(p, now)).toList();
    }

    private Map<String, Erasure> erasures(TrackedPurge purge) {
        return erasures.getOrDefault(purge.purge().id(), Map.of());
    }

    private boolean isHeldBack(TrackedPurge purge) {
        return rules.contains(Rule.READ_BARRIER) && !purge.barrier().isPassedBy(fleet.readUpTo());
    }

    public Optional<Receipt> receipt(String id, long now) {
        return Optional.ofNullable(tracked.get(id)).map(p -> view(p, now));
    }

    /** Whether the purge is complete; false for one that is not known. */
    public boolean isComplete(String id) {
        TrackedPurge purge = tracked.get(id);
        return purge != null && purge.isComplete();
    }

    /** The newest first, of the sources that are wanted. */
    public List<Receipt> latest(int limit, Predicate<String> sources, long now) {
        return tracked.reversed().values().stream()
                .filter(p -> sources.test(p.purge().source()))
                .limit(limit)
                .map(p -> view(p, now))
                .toList();
    }

    /** The last purge that is complete, with all before it; empty if none that is kept is. */
    public Optional<CompletedUpTo> completedUpTo() {
        return tracked.reversed().values().stream()
                .filter(TrackedPurge::isComplete)
                .findFirst()
                .map(p -> new CompletedUpTo(p.position(), p.purge().id()));
    }

    /** How many purges are not complete. */
    public int openPurges() {
        return (int) open.all().stream().filter(p -> !p.isComplete()).count();
    }

    /** How many of them are erasures of persons. */
    public int openErasures() {
        return (int) open.all().stream().filter(TrackedPurge::erasesPersons).count();
    }

    /** The last purge that was read, with offset -1 if there was none in this epoch; empty before the log was seen. */
    public Optional<Position> head() {
        return Optional.ofNullable(head);
    }

    /** Every gateway that was heard of in the last minutes. */
    public List<GatewayStatus> fleet(long now, Instant wallClock) {
        Collection<Member> members = fleet.members();
        return members.stream()
                .map(m -> GatewayStatus.of(
                        m,
                        fleet.isLeftOut(m, now),
                        head,
                        oldestNotCovered(m.last().position()),
                        now,
                        wallClock))
                .toList();
    }

    private @Nullable Instant oldestNotCovered(Position watermark) {
        Instant oldest = null;
        for (TrackedPurge purge : tracked.reversed().values()) {
            if (epochs.covers(watermark, purge.position())) {
                break;
            }
            oldest = purge.purge().publishedAt();
        }
        return oldest;
    }

    private Receipt view(TrackedPurge purge, long now) {
        return purge.receipt(erasures(purge), places, fleet, now);
    }

    /** Its targets; a long one counts for several. */
    private static int weight(Purge purge) {
        return purge.targets().stream()
                .mapToInt(target -> 1 + target.value().length() / COUNTED_LENGTH)
                .sum();
    }

    private void forget(String id) {
        TrackedPurge old = tracked.remove(id);
        if (old != null) {
            targets -= weight(old.purge());
            open.remove(id);
        }
    }
}
