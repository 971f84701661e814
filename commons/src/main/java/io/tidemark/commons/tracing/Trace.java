package io.tidemark.commons.tracing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one service does in one trace, from the first step's beginning to the last one's end. Thread-safe. */
public final class Trace {
    private static final int MAX_SPANS = 128;

    private final Tracing owner;
    private final TraceContext context;
    private final @Nullable String requestId;
    private final boolean sampled;
    private final long startEpochNanos;
    private final long start;
    private final Span root;
    private final List<Span> spans = Span.list();
    private final List<Record> notes = new ArrayList<>(2);
    private int open = 1;
    private int left;
    private @Nullable String kept;
    private long answeredAt;
    private boolean withheld;

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
        spans.add(root);
    }

    Span begin(Span.Kind kind, String name, long parent) {
        Span span = new Span(this, kind, name, parent, owner.nanos());
        synchronized (this) {
            if (spans.size() >= MAX_SPANS) {
                left++;
                return Span.NONE;
            }
            spans.add(span);
            open++;
        }
        return span;
    }

    Span apart(Span.Kind kind, String name, long parent) {
        return owner.begin(context.at(parent, sampled), requestId, sampled, kind, name);
    }

    synchronized void keep(String why) {
        if (kept == null) {
            kept = why;
        }
    }

    synchronized void note(Record fact) {
        if (notes.size() < MAX_SPANS) {
            notes.add(fact);
        }
    }

    synchronized void answered() {
        if (answeredAt == 0) {
            answeredAt = owner.nanos();
        }
    }

    synchronized void withhold() {
        withheld = true;
    }

    synchronized boolean isWithheld() {
        return withheld;
    }

    void ended(Span span) {
        boolean isOver;
        synchronized (this) {
            isOver = --open == 0;
        }
        if (isOver) {
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
    public synchronized @Nullable String kept() {
        return kept;
    }

    public Span root() {
        return root;
    }

    /** How long it took until the answer began, or until the end if none did. */
    public synchronized long tookNanos() {
        return answeredAt == 0 ? root.tookNanos() : answeredAt - start;
    }

    /** All that there is room for, the root first. */
    public synchronized List<Span> spans() {
        return List.copyOf(spans);
    }

    /** How many more there were. */
    public synchronized int left() {
        return left;
    }

    public synchronized List<Record> notes() {
        return List.copyOf(notes);
    }
}
