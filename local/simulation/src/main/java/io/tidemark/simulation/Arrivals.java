package io.tidemark.simulation;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import java.util.HashMap;
import java.util.Map;

/** Answers that count from when they came, not from when their requests were sent: where that rule is switched off. */
final class Arrivals {
    private final Map<String, Position> positions = new HashMap<>();

    /** A tag for an answer that counts from this position whatever position its request was sent at. */
    String countsFrom(Position position) {
        String tag = "answer-" + positions.size();
        positions.put(tag, position);
        return tag;
    }

    /** From where a stored response counts. */
    Position positionOf(PurgeSubject subject, Position filledAt) {
        if (!positions.isEmpty()) {
            for (String tag : subject.tags()) {
                Position arrival = positions.get(tag);
                if (arrival != null) {
                    return arrival;
                }
            }
        }
        return filledAt;
    }
}
