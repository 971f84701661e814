package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Position;
import java.util.Optional;

/**
 * A purge that is complete, and with it all before it in the log: a gateway that has applied it has applied those too. Kept
 * over a restart, so that no receipt that was complete is open again. Written {@code <position> <purge id>}.
 *
 * @param purgeId tells whether the log still holds that purge there: one that lost its end uses offsets again
 */
public record CompletedUpTo(Position position, String purgeId) {
    /** Reads the written form; empty if it is none. */
    public static Optional<CompletedUpTo> parse(String text) {
        int space = text.indexOf(' ');
        try {
            return space < 0
                    ? Optional.empty()
                    : Optional.of(
                            new CompletedUpTo(Position.parse(text.substring(0, space)), text.substring(space + 1)));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return position + " " + purgeId;
    }
}
