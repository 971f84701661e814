package io.tidemark.gateway.origin;

import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which origins cannot be reached and why, once for each change: a line when it begins or has another reason, one when
 * the origin answers again. Where several addresses differ that may change with each call, so it is one line a minute for each
 * origin at most. Thread-safe.
 */
public final class OriginTroubles {
    private static final Logger log = LoggerFactory.getLogger(OriginTroubles.class);
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final Map<String, Trouble> troubles = new ConcurrentHashMap<>();

    /**
     * @param since by the monotonic clock
     * @param over whether it has answered since
     */
    private record Trouble(Reason reason, long since, boolean over) {}

    /**
     * A call has failed; only one that got no connection is said.
     *
     * @param nanoTime by the monotonic clock
     */
    public void failed(String origin, OriginFailure failure, long nanoTime) {
        Reason reason = failure.reason();
        if (!reason.isConnect() && reason != Reason.CONNECT_TIMEOUT) {
            return;
        }
        troubles.compute(origin, (_, known) -> {
            if (known != null && (nanoTime - known.since < QUIET_NANOS || (known.reason == reason && !known.over))) {
                return known;
            }
            log.warn(
                    "origin {} cannot be reached ({}): {}; {}",
                    origin,
                    reason.label(),
                    reason.meaning(),
                    cause(failure));
            return new Trouble(reason, nanoTime, false);
        });
    }

    void answered(String origin) {
        if (troubles.isEmpty()) {
            return;
        }
        Trouble known = troubles.get(origin);
        if (known != null
                && !known.over
                && troubles.replace(origin, known, new Trouble(known.reason, known.since, true))) {
            log.info("origin {} answers again", origin);
        }
    }

    private static String cause(OriginFailure failure) {
        Throwable cause = failure.getCause();
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }
}
