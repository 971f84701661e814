package io.tidemark.writequeue.status;

import io.tidemark.commons.drain.Drain;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Waits for writes to end. */
@Component
public class StatusWait {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final WriteStatusStore statuses;
    private final StatusChanges changes;
    private final Drain drain;

    public StatusWait(WriteStatusStore statuses, StatusChanges changes, Drain drain) {
        this.statuses = statuses;
        this.changes = changes;
        this.drain = drain;
    }

    /** What is known of the write when it has ended, or at the latest after the time; at once when this instance goes. */
    public Optional<WriteStatus> untilFinal(String writeId, Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        try (var watch = changes.watch(writeId)) {
            while (true) {
                Optional<WriteStatus> known = statuses.find(writeId);
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (known.filter(status -> status.state().isFinal()).isPresent()
                        || !left.isPositive()
                        || drain.isLastCall()) {
                    return known;
                }
                watch.await(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
            }
        }
    }
}
