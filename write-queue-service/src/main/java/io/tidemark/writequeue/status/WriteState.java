package io.tidemark.writequeue.status;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where a write is on its way. */
public enum WriteState {
    /** On its way into the log; its client has no answer yet. */
    ACCEPTING,
    /** Not accepted: its client was told 503. A record of it that reaches the log late is not delivered. */
    REFUSED,
    /** In the log, on all in-sync replicas. */
    ACCEPTED,
    /** An attempt is under way. */
    DELIVERING,
    /** An attempt failed; another one follows. */
    RETRYING,
    /** The origin took it, and its purges are in the purge log. */
    DELIVERED,
    /** Given up; may be redriven. */
    DEAD_LETTERED,
    /** A dead letter that somebody decided not to deliver. */
    DISCARDED,
    /** Its client was erased before it was delivered; nothing of it is left but this. */
    ERASED;

    /** The word in Redis and in metrics. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The word that clients see: a discarded write is a dead letter to them. */
    public String publicLabel() {
        return this == DISCARDED ? DEAD_LETTERED.label() : label();
    }

    /** Whether clients may see a write in this state. */
    public boolean isPublic() {
        return this != ACCEPTING && this != REFUSED;
    }

    /** Whether nothing happens to the write any more by itself. */
    public boolean isFinal() {
        return this == DELIVERED || this == DEAD_LETTERED || this == DISCARDED || this == ERASED;
    }

    static Optional<WriteState> labelled(String label) {
        return Arrays.stream(values()).filter(s -> s.label().equals(label)).findFirst();
    }
}
