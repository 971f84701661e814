package io.tidemark.writequeue.personal;

/** A person's data key cannot be had now: nothing of theirs may be stored, and nothing opened. */
public final class KeysUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeysUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
