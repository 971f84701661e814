package io.tidemark.simulation;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Watermark;
import java.util.ArrayList;
import java.util.List;

/** The two topics, as far as they were written. */
final class Broker {
    static final String EPOCH = "simulated";

    /**
     * A purge in the log.
     *
     * @param demands the oldest version that may be served once its receipt is complete
     */
    record Logged(Purge purge, int demands) {}

    record Heartbeat(String instance, Watermark watermark) {}

    final List<Logged> purges = new ArrayList<>();
    final List<Heartbeat> heartbeats = new ArrayList<>();

    static Position position(long offset) {
        return new Position(EPOCH, offset);
    }

    Position end() {
        return position(purges.size() - 1);
    }
}
