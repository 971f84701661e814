package io.tidemark.commons.purgelog;

/** The purge log did not answer in time. Trying again is safe. */
public final class PurgeLogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PurgeLogUnavailableException(Throwable cause) {
        super("the purge log is out of reach: " + cause.getMessage(), cause);
    }
}
