package io.tidemark.gateway.erase;

import org.jspecify.annotations.Nullable;

/** A purge could not be erased from Redis now. Trying again is safe. */
final class EraserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EraserException(String message, @Nullable Throwable cause) {
        super(cause == null ? message : message + ": " + cause, cause);
    }
}
