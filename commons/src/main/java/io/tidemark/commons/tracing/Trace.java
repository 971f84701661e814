package io.tidemark.commons.tracing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** What one service does in one trace, from the first step's beginning to the last one's end. Thread-safe. */
public final class Trace {
    private static final int MAX_SPANS = 128;
    private static final AtomicReferenceFieldUpdater<Trace, Span> NEWEST =
            AtomicReferenceFieldUpdater.newUpdater(Trace.class, Span.class, "newest");
    private static final AtomicIntegerFieldUpdater<Trace> OPEN =
            AtomicIntegerFieldUpdater.newUpdater(Trace.class, "open");

    private final Tracing owner;
    private final TraceContext context;
    private final @Nullable String requestId;
    private final boolean sampled;
    private final long startEpochNanos;
    private final long start;
    private final Span root;
    private volatile Span newest;
    private volatile int open = 1;
    private int left;
    private volatile @Nullable String kept;
    private volatile long answeredAt;
    private volatile boolean withheld;

    Trace(
            Tracing owner,
            TraceContext context,
            @Nullable String requestId,
            boolean sampled,
            Span.Kind kind,
            String name,
            long startEpochNanos,
            long start) {
        this.owner = owner;
        this.context = context;
        this.requestId = requestId;
        this.sampled = sampled;
        this.startEpochNanos = startEpochNanos;
        this.start = start;
        this.root = new Span(this, kind, name, context.span(), start);
        this.newest = root;
    }

    /** Nothing if all has ended, and has been told of. */
    Span begin(Span.Kind kind, String name, long parent) {
        int under;
        do {
            under = open;
            if (under == 0) {
                return Span.NONE;
            }
        } while (!OPEN.compareAndSet(this, under, under + 1));
        Span span = new Span(this, kind, name, parent, owner.nanos());
        Span before;
        do {
            before = newest;
            if (before.place + 1 >= MAX_SPANS) {
                tooMany();
                return Span.NONE;
            }
            span.before = before;
            span.place = before.place + 1;
        } while (!NEWEST.compareAndSet(this, before, span));
        return span;
    }

    private void tooMany() {
        synchronized (this) {
            left++;
        }
        ended();
    }

    Span apart(Span.Kind kind, String name, long parent) {
        return owner.begin(context.at(parent, sampled), requestId, sampled, kind, name);
    }

    synchronized void keep(String why) {
        if (kept == null) {
            kept = why;
        }
    }

    void answered() {
        if (answeredAt == 0) {
            answeredAt = owner.nanos();
        }
    }

    void withhold() {
        withheld = true;
    }

    boolean isWithheld() {
        return withheld;
    }

    /** One of them has ended. */
    void ended() {
        if (OPEN.decrementAndGet(this) == 0) {
            owner.ended(this);
        }
    }

    long nanos() {
        return owner.nanos();
    }

    long epochNanos(long nanos) {
        return startEpochNanos + (nanos - start);
    }

    long after(long nanos) {
        return nanos - start;
    }

    boolean isExported() {
        return owner.isExported();
    }

    // --- for listeners ----------------------------------------------------------------------------------------------

    public TraceContext context() {
        return context;
    }

    /** The id of the request that it is of; null if that is not known. */
    public @Nullable String requestId() {
        return requestId;
    }

    /** Whether it is one of the share that is recorded whatever it shows. */
    public boolean isSampled() {
        return sampled;
    }

    /** Why it is kept though it may not be sampled: how it ended; null if it is not. */
    public @Nullable String kept() {
        return kept;
    }

    public Span root() {
        return root;
    }

    /** How long it took until the answer began, or until the end if none did. */
    public long tookNanos() {
        return answeredAt == 0 ? root.tookNanos() : answeredAt - start;
    }

    /** All that there is room for, the root first. */
    public List<Span> spans() {
        List<Span> all = new ArrayList<>(size());
        for (Span span = newest; span != null; span = span.before) {
            all.add(span);
        }
        return all.reversed();
    }

    /** How many there are. */
    public int size() {
        return newest.place + 1;
    }

    /** How many more there were. */
    public synchronized int left() {
        return left;
    }

    /** What was noted in any step, in the order of the steps. */
    public List<Record> notes() {
        List<Record> notes = new ArrayList<>();
        spans().forEach(span -> span.addNotesTo(notes));
        return notes;
    }
}
