package io.tidemark.writequeue.delivery;

import io.tidemark.writequeue.delivery.AttemptOutcome.Answered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unanswered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unsent;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what follows an attempt. A pure function.
 *
 * <p>The delay after n attempts is {@code min(base · 2ⁿ, max)}: 2, 4, 8, 16, 30 s by default. A {@code Retry-After} that is
 * longer counts instead, up to its own limit.
 *
 * <p>What was surely not sent is no attempt. It is given up by time, and the delay doubles from one such failure to the next.
 *
 * @param patience how long an origin may be out of reach before a write to it is given up
 * @param attempts how many attempts there are before a write is given up
 * @param jitter the share of the delay that may be added at random, 0 to 1
 */
record RetryRule(Duration base, Duration max, Duration patience, int attempts, double jitter, Duration maxRetryAfter) {
    /** RFC 9110 15.5.9 Request Timeout, RFC 8470 Too Early, RFC 6585 Too Many Requests. */
    private static final Set<Integer> RETRIED_4XX = Set.of(408, 425, 429);

    private static final int CONFLICT = 409;

    /** What follows an attempt. */
    sealed interface Decision {
        /** The write is delivered. */
        record Delivered() implements Decision {}

        /** Another attempt follows. */
        record Retry(Duration delay) implements Decision {}

        /** None follows. */
        record GiveUp(String reason) implements Decision {}
    }

    /**
     * What follows an attempt.
     *
     * @param attemptsMade this one included
     * @param outOfReach since when and with which delay it was not sent before; null if the last attempt was another
     * @param random from 0 to 1
     */
    Decision decide(int attemptsMade, AttemptOutcome outcome, @Nullable OutOfReach outOfReach, double random) {
        return switch (outcome) {
            case Answered answered when answered.status() >= 200 && answered.status() < 300 -> new Decision.Delivered();
            case Answered answered
            when !isRetried(answered) -> new Decision.GiveUp("the origin refused it with " + answered.status());
            case Answered answered ->
                attemptsMade >= attempts
                        ? new Decision.GiveUp("given up after " + attemptsMade + " attempts, the last answered with "
                                + answered.status())
                        : new Decision.Retry(delay(attemptsMade, answered.retryAfter(), random));
            case Unanswered unanswered ->
                attemptsMade >= attempts
                        ? new Decision.GiveUp(
                                "given up after " + attemptsMade + " attempts, the last failed: " + unanswered.error())
                        : new Decision.Retry(delay(attemptsMade, Optional.empty(), random));
            case Unsent _ when outOfReach == null -> new Decision.Retry(delay(1, Optional.empty(), random));
            case Unsent unsent
            when outOfReach.lasted().compareTo(patience) >= 0 ->
                new Decision.GiveUp("given up after the origin was out of reach for "
                        + outOfReach.lasted().toSeconds() + " s: " + unsent.text());
            case Unsent _ -> new Decision.Retry(spread(outOfReach.delay().multipliedBy(2), random));
        };
    }

    /**
     * That a write was not sent before, several times in a row.
     *
     * @param lasted since the first time
     * @param delay that led to this one
     */
    record OutOfReach(Duration lasted, Duration delay) {}

    /** 409 says that it can be resolved, and by a Retry-After that it resolves itself. */
    private static boolean isRetried(Answered answered) {
        return answered.status() >= 500
                || RETRIED_4XX.contains(answered.status())
                || (answered.status() == CONFLICT && answered.retryAfter().isPresent());
    }

    private Duration spread(Duration doubled, double random) {
        Duration delay = doubled.compareTo(max) > 0 ? max : doubled;
        return delay.plusMillis(Math.round(delay.toMillis() * jitter * random));
    }

    private Duration delay(int attemptsMade, Optional<Duration> retryAfter, double random) {
        Duration doubled = base.multipliedBy(1L << Math.min(attemptsMade, 30));
        Duration delay = spread(doubled, random);
        Duration asked = retryAfter
                .map(after -> after.compareTo(maxRetryAfter) > 0 ? maxRetryAfter : after)
                .orElse(Duration.ZERO);
        return asked.compareTo(delay) > 0 ? asked : delay;
    }
}
