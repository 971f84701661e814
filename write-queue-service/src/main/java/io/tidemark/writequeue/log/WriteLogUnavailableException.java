package io.tidemark.writequeue.log;

/** The log did not acknowledge a record in time. The record may be in it all the same. */
public final class WriteLogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WriteLogUnavailableException(Throwable cause) {
        super("the write log is out of reach: " + cause.getMessage(), cause);
    }
}
