package io.tidemark.local.backends;

/** A backend did not start, or could not be controlled. */
public final class BackendFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BackendFailedException(String message) {
        super(message);
    }

    public BackendFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
