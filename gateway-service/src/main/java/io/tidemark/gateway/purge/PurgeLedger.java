package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;

/**
 * What this gateway knows of the purge log, and the rule that follows: a stored response may be used if no purge that
 * covers it has a position greater than the watermark at which its request was sent ({@code filledAt}).
 *
 * <p>Questions take no lock and are answered from memory. Changes are serialised by the ledger itself. A question sees
 * either all of a purge or, until {@link #watermark} has passed it, perhaps a part of it.
 *
 * <p>Bounded: past its {@link Limits} the ledger forgets its oldest purges and takes everything that was filled before
 * them for purged. It errs on that side always: an unknown epoch, an unreadable target, a forgotten purge cover.
 */
public final class PurgeLedger {
    /** The epoch before the log was read for the first time: nothing stored is of it. */
    public static final String UNREAD = "unread";

    /**
     * When the ledger forgets.
     *
     * @param targets the most targets to remember; one longer than 64 characters counts for one more for each 64, so that
     *     this bounds the memory
     * @param patterns the most patterns to remember; each costs time when a response is judged for the first time
     * @param age how long a purge is remembered, at least the longest lifetime of a stored response to be useful
     */
    public record Limits(int targets, int patterns, Duration age) {
        public static final Limits DEFAULT = new Limits(1_000_000, 2_000, Duration.ofDays(7));

        public Limits {
            if (targets < 2 || patterns < 2 || !age.isPositive()) {
                throw new IllegalArgumentException("a ledger remembers at least 2 targets, 2 patterns, some time");
            }
        }
    }

    private record Checkpoint(long offset, long nanos) {}

    private final Limits limits;
    private final PendingPurges pending = new PendingPurges();
    private final Deque<Checkpoint> checkpoints = new ArrayDeque<>();
    private volatile BiConsumer<Position, Purge> told = (_, _) -> {};
    private volatile PurgeBook book;
    private volatile long head;
    private volatile PersonMemory persons = PersonMemory.NONE;

    public PurgeLedger(String epoch, Limits limits) {
        this.book = new PurgeBook(epoch);
        this.limits = limits;
    }

    /** What is forgotten of persons before the watermark passes their erasure; to be set before anything is applied. */
    public void forgetsWith(PersonMemory memory) {
        persons = memory;
    }

    /** Who is told of each purge that is applied, by its position, on the thread that applies it; to be set before any is. */
    public void tells(BiConsumer<Position, Purge> listener) {
        told = listener;
    }

    // --- questions ----------------------------------------------------------------------------------------------

    /** The last position applied: what a request to the origin that is sent now may carry as its {@code filledAt}. */
    public Position watermark() {
        return book.watermark();
    }

    /** Counts the changes of this ledger: as long as it is the same, no verdict has changed. */
    public long head() {
        return head;
    }

    /** What the purges say of a stored response. */
    public PurgeVerdict verdict(PurgeSubject subject, Position filledAt) {
        return judge(subject, filledAt, PurgeMemo.NEVER);
    }

    /**
     * The same, at the cost of one comparison where nothing has changed since the response was last found valid.
     *
     * @param memo of this stored response and this {@code filledAt}
     */
    public PurgeVerdict verdict(PurgeSubject subject, Position filledAt, PurgeMemo memo) {
        long before = head; // read first: what is applied from here on makes the memo void
        long knownThrough = memo.validThrough();
        if (knownThrough == before) {
            return PurgeVerdict.VALID;
        }
        PurgeVerdict verdict = judge(subject, filledAt, knownThrough);
        if (verdict == PurgeVerdict.VALID) {
            memo.validThrough(before);
        }
        return verdict;
    }

    /**
     * Whether an answer that is under way would be usable as far as anybody can know, so that a request may join it: its
     * tags are not known yet, so that any purge of a tag since its sending speaks against it, and so does a soft one.
     *
     * @param subject without tags
     * @param sentAt the watermark when its request was sent
     */
    public boolean stillStands(PurgeSubject subject, Position sentAt) {
        PurgeBook now = book;
        return !pending.hasTags()
                && sentAt.epoch().equals(now.epoch())
                && !now.hasTagsAfter(sentAt.offset())
                && judge(subject, sentAt, PurgeMemo.NEVER) == PurgeVerdict.VALID;
    }

    /**
     * Names the last hard purge of a tag: its offset, or the id of one of this gateway's own that has none yet; empty if none
     * is remembered. What was filled before a purge that was forgotten lies below the floor.
     */
    public String lastPurgeOf(String tag) {
        String expected = pending.lastPurgeOf(tag); // first: they leave only after the book has their purge
        return expected != null ? expected : book.lastPurgeOf(tag);
    }

    private PurgeVerdict judge(PurgeSubject subject, Position filledAt, long knownThrough) {
        if (pending.cover(subject)) { // first: they leave only after the book has their purge
            return PurgeVerdict.ABSENT;
        }
        PurgeBook now = book;
        if (!filledAt.epoch().equals(now.epoch())) {
            return PurgeVerdict.ABSENT;
        }
        return now.verdict(subject, filledAt.offset(), knownThrough);
    }

    // --- changes ------------------------------------------------------------------------------------------------

    /**
     * Enters a purge. Its offset is greater than all before; one that is not is ignored, it was applied already.
     *
     * @param nanos now, by the monotonic clock
     */
    public synchronized void apply(Purge purge, long offset, long nanos) {
        PurgeBook now = book;
        if (offset > now.watermark().offset()) {
            for (var target : purge.targets()) {
                now.add(target, offset, purge.mode() == Purge.Mode.HARD, head + 1);
            }
            if (purge.erasesPersons()) {
                persons.forget(purge.subjects());
            }
            now.advanceTo(offset);
            forget(now, offset, nanos);
            told.accept(now.watermark(), purge);
        }
        pending.remove(purge.id());
        head++;
    }

    /** Notes that the log holds no purge up to this offset that was not applied. */
    public synchronized void advanceTo(long offset) {
        if (offset > book.watermark().offset()) {
            book.advanceTo(offset);
            head++;
        }
    }

    /** Starts over with another log: nothing that was filled before is usable any more. */
    public synchronized void startEpoch(String epoch) {
        book = new PurgeBook(epoch);
        persons.forgetAll();
        checkpoints.clear();
        head++;
    }

    /** Takes every response that was filled before this offset for purged: the log no longer has what came before. */
    public synchronized void raiseFloor(long offset) {
        book.raiseFloor(offset);
        persons.forgetAll();
        head++;
    }

    /**
     * Enters a purge that has no position yet: it covers whatever matches it until the log delivers it. Where there is no room
     * for one more, it covers {@linkplain #purgeHere what was filled so far}.
     */
    public synchronized void expect(Purge purge) {
        if (!pending.add(purge)) {
            purgeHere(purge);
        }
        head++;
    }

    /** Takes what the purge covers and was filled so far for purged, as if the log's next record were it. */
    public synchronized void purgeHere(Purge purge) {
        long next = book.watermark().offset() + 1;
        for (var target : purge.targets()) {
            book.add(target, next, purge.mode() == Purge.Mode.HARD, head + 1);
        }
        forgetMuch(book);
        head++;
    }

    /** Takes back an expected purge that the log will never deliver, because its epoch is over. */
    public synchronized void unexpect(String purgeId) {
        if (pending.remove(purgeId)) {
            head++;
        }
    }

    private void forget(PurgeBook now, long offset, long nanos) {
        if (checkpoints.isEmpty() || nanos - checkpoints.getLast().nanos() > limits.age.toNanos() / 64) {
            checkpoints.add(new Checkpoint(offset, nanos));
        }
        while (nanos - checkpoints.getFirst().nanos() > limits.age.toNanos()) {
            now.raiseFloor(checkpoints.removeFirst().offset());
        }
        forgetMuch(now);
    }

    private void forgetMuch(PurgeBook now) {
        if (now.weight() > limits.targets) {
            now.raiseFloor(now.median());
        }
        if (now.patterns() > limits.patterns) {
            now.raiseFloor(now.medianOfPatterns());
        }
    }

    // --- for metrics --------------------------------------------------------------------------------------------

    /** How many targets are remembered. */
    public int size() {
        return book.size();
    }

    /** Responses filled before this offset count as purged. */
    public long floor() {
        return book.floor();
    }

    /** How many purges of this gateway's own the log has not delivered yet. */
    public int pending() {
        return pending.size();
    }
}
