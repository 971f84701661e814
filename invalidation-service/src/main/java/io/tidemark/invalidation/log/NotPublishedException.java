package io.tidemark.invalidation.log;

import java.util.OptionalInt;

/** A purge that is not known to be in the log. */
public abstract sealed class NotPublishedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private NotPublishedException(String message) {
        super(message);
    }

    /** The log did not answer in time; the purge may be in it all the same. Publishing it again does no harm. */
    public static final class OutOfReach extends NotPublishedException {
        private static final long serialVersionUID = 1L;

        OutOfReach() {
            super("the purge was not acknowledged by the purge log; the same request may be sent again");
        }
    }

    /** It is larger than what the log takes: sent again it would be as large. */
    public static final class TooLarge extends NotPublishedException {
        private static final long serialVersionUID = 1L;

        /** @param most what the log takes, if that is known */
        TooLarge(int targets, int bytes, OptionalInt most) {
            super("a purge is one record of the purge log, and this one of " + targets + " targets takes " + bytes
                    + " bytes, where " + (most.isPresent() ? "at most " + most.getAsInt() + " fit" : "fewer fit")
                    + "; send its targets in several requests");
        }
    }
}
