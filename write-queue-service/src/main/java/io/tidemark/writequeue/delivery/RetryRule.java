package io.tidemark.writequeue.delivery;

import io.tidemark.writequeue.delivery.AttemptOutcome.Answered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unanswered;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what follows an attempt. A pure function.
 *
 * <p>The delay after n attempts is {@code min(base · 2ⁿ, max)}: 2, 4, 8, 16, 30 s by default. A {@code Retry-After} that is
 * longer counts instead, up to its own limit.
 *
 * @param attempts how many attempts there are before a write is given up
 * @param jitter the share of the delay that may be added at random, 0 to 1
 */
record RetryRule(Duration base, Duration max, int attempts, double jitter, Duration maxRetryAfter) {
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
     * @param random from 0 to 1
     */
    Decision decide(int attemptsMade, AttemptOutcome outcome, double random) {
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
        };
    }

    /** 409 says that it can be resolved, and by a Retry-After that it resolves itself. */
    private static boolean isRetried(Answered answered) {
        return answered.status() >= 500
                || RETRIED_4XX.contains(answered.status())
                || (answered.status() == CONFLICT && answered.retryAfter().isPresent());
    }

    private Duration delay(int attemptsMade, Optional<Duration> retryAfter, double random) {
        Duration doubled = base.multipliedBy(1L << Math.min(attemptsMade, 30));
        Duration delay = doubled.compareTo(max) > 0 ? max : doubled;
        delay = delay.plusMillis(Math.round(delay.toMillis() * jitter * random));
        Duration asked = retryAfter
                .map(after -> after.compareTo(maxRetryAfter) > 0 ? maxRetryAfter : after)
                .orElse(Duration.ZERO);
        return asked.compareTo(delay) > 0 ? asked : delay;
    }
}
