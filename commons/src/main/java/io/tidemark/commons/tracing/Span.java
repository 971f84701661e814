package io.tidemark.commons.tracing;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * One step of what becomes of a request. It is handed on from part to part, never looked up by thread: whoever has it knows which
 * request it works for. Facts are added by one thread at a time, the one that does the step; they are read when it has ended. What
 * nobody listens to is {@link #NONE}, which costs nothing.
 */
public final class Span {
    /** Nobody listens. */
    public static final Span NONE = new Span();

    private static final int MOST_FACTS = 32;
    private static final int FEW_FACTS = 8; // doubled until there are so many
    private static final int LONGEST = 512;

    /** The name of a fact that is no attribute. */
    private static final String NOTE = "";

    private static final AtomicIntegerFieldUpdater<Span> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(Span.class, "ended");

    /** What a step is to others, as OpenTelemetry has it. */
    public enum Kind {
        INTERNAL,
        SERVER,
        CLIENT,
        PRODUCER,
        CONSUMER
    }

    private final @Nullable Trace trace;
    private final Kind kind;
    private final long id;
    private final long parent;
    private final long start;
    private String name;
    private @Nullable Object[] facts; // names and what they stand for in turn; of two of a name the last one counts
    private int used;
    private @Nullable String error;
    private long end;
    private volatile int ended; // what was written before is seen by whoever reads that it has

    /** The one of its trace that began before, and how many did: its trace's own. */
    @Nullable
    Span before;

    int place;

    private Span() {
        this.trace = null;
        this.kind = Kind.INTERNAL;
        this.name = "";
        this.id = 0;
        this.parent = 0;
        this.start = 0;
        this.facts = new Object[0];
    }

    /** @param parent 0 for none */
    Span(Trace trace, Kind kind, String name, long parent, long start) {
        this.trace = trace;
        this.kind = kind;
        this.name = name;
        this.parent = parent;
        this.start = start;
        this.facts = new Object[2 * FEW_FACTS];
        long random = ThreadLocalRandom.current().nextLong();
        this.id = random == 0 ? 1 : random;
    }

    /** Whether anybody listens. */
    public boolean isRecorded() {
        return trace != null;
    }

    /** A step of this one. */
    public Span child(Kind ofKind, String newName) {
        return trace == null ? NONE : trace.begin(ofKind, newName, id);
    }

    /** A step that this one causes and does not wait for: told of apart, in the same trace. */
    public Span apart(Kind ofKind, String newName) {
        return trace == null ? NONE : trace.apart(ofKind, newName, id);
    }

    /**
     * Adds a fact, or changes it; null: nothing. Names are OpenTelemetry's, or begin with {@code tidemark.}.
     *
     * @param value immutable, and small: it is kept as it is, and put in words when somebody reads it
     */
    public Span set(String attribute, @Nullable Object value) {
        if (trace != null && value != null) {
            add(
                    attribute,
                    value instanceof String text && text.length() > LONGEST ? text.substring(0, LONGEST) : value);
        }
        return this;
    }

    private void add(String fact, Object value) {
        if (ended != 0) {
            return;
        }
        @Nullable Object[] known = facts;
        int at = used;
        if (at + 2 > known.length) {
            if (at >= 2 * MOST_FACTS) {
                return;
            }
            known = Arrays.copyOf(known, 2 * known.length);
            facts = known;
        }
        known[at] = fact;
        known[at + 1] = value;
        used = at + 2;
    }

    /** Takes a fact back. */
    public void without(String attribute) {
        @Nullable Object[] known = facts;
        for (int at = 0; at < used && at < known.length; at += 2) {
            if (attribute.equals(known[at])) {
                known[at] = null;
            }
        }
    }

    /** Names it anew. */
    public Span named(String newName) {
        if (trace != null) {
            name = newName;
        }
        return this;
    }

    /** It has failed, in this way: a short word of few. */
    public Span failed(String type) {
        if (trace != null && ended == 0) {
            error = type;
            add("error.type", type);
        }
        return this;
    }

    /** All of its trace is kept in this service, sampled or not. */
    public Span keep(String why) {
        if (trace != null) {
            trace.keep(why);
        }
        return this;
    }

    /** The answer begins: what comes after that is the reader's time. */
    public void answered() {
        if (trace != null) {
            trace.answered();
        }
    }

    /** Nothing of its trace is told to anybody: it may be of somebody whose data are at home elsewhere. */
    public void withhold() {
        if (trace != null) {
            trace.withhold();
        }
    }

    /** Adds what only listeners of this service understand; immutable. */
    public void note(Record fact) {
        if (trace != null) {
            add(NOTE, fact);
        }
    }

    /** Whether whoever listens wants all that can be said, beside what it costs little to say. */
    public boolean isSampled() {
        return trace != null && trace.isSampled();
    }

    /** The {@code traceparent} of what is sent from here; null: what came is passed on as it is. */
    public @Nullable String traceparent() {
        return trace == null || !trace.isExported()
                ? null
                : trace.context().at(id, trace.isSampled()).text();
    }

    /** Ends it; only the first time counts. */
    public void end() {
        Trace mine = trace;
        if (mine == null) {
            return;
        }
        if (ended != 0) {
            return;
        }
        long now = mine.nanos();
        if (ENDED.compareAndSet(this, 0, 1)) {
            end = now;
            mine.ended();
        }
    }

    // --- for listeners, when it has ended ---------------------------------------------------------------------------

    public String name() {
        return name;
    }

    public Kind kind() {
        return kind;
    }

    public String spanId() {
        return TraceContext.spanId(id);
    }

    /** Null for none. */
    public @Nullable String parentId() {
        return parent == 0 ? null : TraceContext.spanId(parent);
    }

    /** Since the epoch, by the clock at the trace's beginning. */
    public long startEpochNanos() {
        return trace == null ? 0 : trace.epochNanos(start);
    }

    public long endEpochNanos() {
        return trace == null ? 0 : trace.epochNanos(end);
    }

    public long tookNanos() {
        return end - start;
    }

    /** From the beginning of the trace here to the beginning of this. */
    public long afterNanos() {
        return trace == null ? 0 : trace.after(start);
    }

    public @Nullable String error() {
        return error;
    }

    /** In the order in which they were first told; a number, true or false, or words. */
    public Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>(16);
        for (int at = 0; at < used; at += 2) {
            Object value = facts[at + 1];
            if (value != null && facts[at] instanceof String attribute && !isNote(attribute)) {
                attributes.put(attribute, shown(value));
            }
        }
        return attributes;
    }

    /** Of one attribute, null if it has none. */
    public @Nullable Object attribute(String key) {
        for (int at = used - 2; at >= 0; at -= 2) {
            Object value = facts[at + 1];
            if (value != null && key.equals(facts[at])) {
                return shown(value);
            }
        }
        return null;
    }

    void addNotesTo(List<Record> notes) {
        for (int at = 0; at < used; at += 2) {
            if (facts[at] instanceof String attribute && isNote(attribute) && facts[at + 1] instanceof Record note) {
                notes.add(note);
            }
        }
    }

    private static boolean isNote(String attribute) {
        return attribute.equals(NOTE);
    }

    private static Object shown(Object value) {
        if (value instanceof Number || value instanceof Boolean) {
            return value;
        }
        String text = value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
