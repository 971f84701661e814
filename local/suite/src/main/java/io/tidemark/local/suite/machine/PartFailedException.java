package io.tidemark.local.suite.machine;

import org.jspecify.annotations.Nullable;

/** A part of the suite did not start; the message says which, why, and ends with its last log lines. */
public final class PartFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PartFailedException(@Nullable String message) {
        super(message);
    }

    public PartFailedException(@Nullable String message, Throwable cause) {
        super(message, cause);
    }
}
