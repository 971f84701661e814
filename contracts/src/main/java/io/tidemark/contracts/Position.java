package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A place in the purge log, written {@code <epoch>:<offset>}.
 *
 * <p>The epoch is the topic's id: positions of different epochs cannot be compared, so that a recreated topic
 * invalidates rather than confuses. As a watermark, a position is the last one applied; {@link #NOTHING_APPLIED} as
 * the offset means that none was.
 *
 * @param epoch the Kafka topic id, without a colon
 * @param offset the offset of a purge, or {@link #NOTHING_APPLIED}
 */
public record Position(String epoch, long offset) {
    /** The offset of a watermark before the log's first purge. */
    public static final long NOTHING_APPLIED = -1;

    public Position {
        if (epoch.isEmpty() || epoch.indexOf(':') >= 0) {
            throw new IllegalArgumentException("epoch must be neither empty nor contain a colon: \"" + epoch + '"');
        }
        if (offset < NOTHING_APPLIED) {
            throw new IllegalArgumentException("offset must be at least -1: " + offset);
        }
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException if the text is not {@code <epoch>:<offset>}
     */
    @JsonCreator
    public static Position parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon > 0) {
            try {
                return new Position(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
            } catch (NumberFormatException notANumber) {
                // falls through to the error that names the whole text
            }
        }
        throw new IllegalArgumentException("not a position of the form <epoch>:<offset>: \"" + text + '"');
    }

    /** Whether both are of one log and this one is the same place or a later one. */
    public boolean isAtOrPast(Position other) {
        return epoch.equals(other.epoch) && offset >= other.offset;
    }

    @Override
    @JsonValue
    public String toString() {
        return epoch + ':' + offset;
    }
}
