package io.tidemark.commons.tracing;

/** Is told of traces. Called on the threads that serve requests: it must neither block nor throw. */
@FunctionalInterface
public interface TraceListener {
    /** This service's part of a trace is over. */
    void ended(Trace trace);
}
