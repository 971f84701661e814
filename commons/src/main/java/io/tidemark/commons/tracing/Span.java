package io.tidemark.commons.tracing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One step of what becomes of a request. It is handed on from part to part, never looked up by thread: whoever has it knows which
 * request it works for. Thread-safe. What nobody listens to is {@link #NONE}, which costs nothing.
 */
public final class Span {
    /** Nobody listens. */
    public static final Span NONE = new Span();

    private static final int MAX_ATTRIBUTES = 32;
    private static final int LONGEST = 512;

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
    private final Map<String, Object> attributes = new LinkedHashMap<>(8);
    private @Nullable String error;
    private long end;
    private boolean ended;

    private Span() {
        this.trace = null;
        this.kind = Kind.INTERNAL;
        this.name = "";
        this.id = 0;
        this.parent = 0;
        this.start = 0;
    }

    /** @param parent 0 for none */
    Span(Trace trace, Kind kind, String name, long parent, long start) {
        this.trace = trace;
        this.kind = kind;
        this.name = name;
        this.parent = parent;
        this.start = start;
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

    /** Adds a fact, or changes it; null: nothing. Names are OpenTelemetry's, or begin with {@code tidemark.}. */
    public Span set(String attribute, @Nullable Object value) {
        if (trace != null && value != null) {
            synchronized (this) {
                if (!ended && (attributes.size() < MAX_ATTRIBUTES || attributes.containsKey(attribute))) {
                    attributes.put(
                            attribute, value instanceof Number || value instanceof Boolean ? value : text(value));
                }
            }
        }
        return this;
    }

    /** Takes a fact back. */
    public void without(String attribute) {
        if (trace != null) {
            synchronized (this) {
                attributes.remove(attribute);
            }
        }
    }

    private static String text(Object value) {
        String text = value.toString();
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    /** Names it anew. */
    public Span named(String newName) {
        if (trace != null) {
            synchronized (this) {
                name = newName;
            }
        }
        return this;
    }

    /** It has failed, in this way: a short word of few. */
    public Span failed(String type) {
        if (trace != null) {
            synchronized (this) {
                error = type;
            }
            set("error.type", type);
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

    /** Adds what only listeners of this service understand. */
    public void note(Record fact) {
        if (trace != null) {
            trace.note(fact);
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
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            end = mine.nanos();
        }
        mine.ended(this);
    }

    // --- for listeners, when it has ended ---------------------------------------------------------------------------

    public synchronized String name() {
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

    public synchronized long endEpochNanos() {
        return trace == null ? 0 : trace.epochNanos(end);
    }

    public synchronized long tookNanos() {
        return end - start;
    }

    /** From the beginning of the trace here to the beginning of this. */
    public long afterNanos() {
        return trace == null ? 0 : trace.after(start);
    }

    public synchronized @Nullable String error() {
        return error;
    }

    public synchronized Map<String, Object> attributes() {
        return new LinkedHashMap<>(attributes);
    }

    /** Of one attribute, null if it has none. */
    public synchronized @Nullable Object attribute(String key) {
        return attributes.get(key);
    }

    static List<Span> list() {
        return new ArrayList<>(6);
    }
}
