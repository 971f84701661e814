package io.tidemark.commons.tracing;

/** Which traces are recorded whatever they show. */
@FunctionalInterface
public interface Sampling {
    /** Whether the requests of this trace are. */
    boolean includes(TraceContext trace);
}
