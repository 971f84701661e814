package io.tidemark.writequeue.delivery;

import io.tidemark.contracts.Target;
import io.tidemark.writequeue.log.LoggedWrite;
import io.tidemark.writequeue.status.Attempt;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record of the log that is not finished. Its settlement is touched by the one thread of its lane only. */
final class PendingWrite {
    /** The order within an ordering key: by the place of the write's first record, so that a redrive keeps its place. */
    static final Comparator<PendingWrite> ORDER = Comparator.comparingLong(
                    (PendingWrite pending) -> pending.logged.position())
            .thenComparingLong(pending -> pending.logged.offset());

    private final LoggedWrite logged;

    @Nullable
    private Settlement settlement;

    /** By the monotonic clock; null if it was not told to wait. */
    @Nullable
    private Long dueNanos;

    /** What is left to do after an attempt. Repeating it does no harm; calling the origin again would burn an attempt. */
    sealed interface Settlement {
        List<Attempt> history();

        record Delivered(List<Attempt> history, List<Target> targets) implements Settlement {}

        record Retry(List<Attempt> history, int attemptsMade, Duration delay) implements Settlement {}

        record GiveUp(List<Attempt> history, String reason, List<Target> targets) implements Settlement {}
    }

    PendingWrite(LoggedWrite logged) {
        this.logged = logged;
    }

    LoggedWrite logged() {
        return logged;
    }

    /** It is due after this time; what it was told before no longer counts. */
    void waitFor(Duration time, long nowNanos) {
        dueNanos = nowNanos + time.toNanos();
    }

    /** How long until it is due; nothing if it was not told to wait. */
    Optional<Duration> untilDue(long nowNanos) {
        return Optional.ofNullable(dueNanos).map(due -> Duration.ofNanos(Math.max(0, due - nowNanos)));
    }

    @Nullable
    Settlement settlement() {
        return settlement;
    }

    void settle(@Nullable Settlement next) {
        settlement = next;
    }
}
