package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.origins.ConnectFailure;
import io.tidemark.writequeue.delivery.AttemptOutcome.Answered;
import io.tidemark.writequeue.delivery.AttemptOutcome.Unanswered;
import io.tidemark.writequeue.delivery.RetryRule.Decision;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryRuleTest {
    private static final RetryRule RULE = new RetryRule(
            Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofHours(24), 6, 0, Duration.ofMinutes(10));

    private static Answered answered(int status) {
        return new Answered(status, Optional.empty(), CacheGroups.NONE, Optional.empty());
    }

    private static Answered answered(int status, Duration retryAfter) {
        return new Answered(status, Optional.of(retryAfter), CacheGroups.NONE, Optional.empty());
    }

    @Test
    void theDelaysBetweenTheSixAttemptsAre2And4And8And16And30Seconds() {
        assertThat(IntStream.rangeClosed(1, 5).mapToObj(made -> RULE.decide(made, new Unanswered("gone"), null, 0)))
                .containsExactly(retry(2), retry(4), retry(8), retry(16), retry(30));
        assertThat(RULE.decide(6, new Unanswered("gone"), null, 0)).isInstanceOf(Decision.GiveUp.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void a2xxIsDelivered(int status) {
        assertThat(RULE.decide(1, answered(status), null, 0)).isEqualTo(new Decision.Delivered());
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 599})
    void whatPassesIsTriedAgain(int status) {
        assertThat(RULE.decide(1, answered(status), null, 0)).isEqualTo(retry(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 304, 400, 401, 403, 404, 409, 410, 413, 422})
    void whatStaysIsGivenUpAtOnce(int status) {
        assertThat(RULE.decide(1, answered(status), null, 0))
                .isEqualTo(new Decision.GiveUp("the origin refused it with " + status));
    }

    @Test
    void whatPassesIsGivenUpAfterTheLastAttempt() {
        assertThat(RULE.decide(5, answered(503), null, 0)).isEqualTo(retry(30));
        assertThat(RULE.decide(6, answered(503), null, 0))
                .isEqualTo(new Decision.GiveUp("given up after 6 attempts, the last answered with 503"));
    }

    @Test
    void aConflictIsTriedAgainIfItSaysWhen() {
        assertThat(RULE.decide(1, answered(409, Duration.ofSeconds(5)), null, 0))
                .isEqualTo(retry(5));
    }

    @Test
    void aLongerRetryAfterCountsUpToItsLimit() {
        assertThat(RULE.decide(1, answered(503, Duration.ofSeconds(1)), null, 0))
                .isEqualTo(retry(2));
        assertThat(RULE.decide(1, answered(503, Duration.ofSeconds(90)), null, 0))
                .isEqualTo(retry(90));
        assertThat(RULE.decide(1, answered(503, Duration.ofDays(1)), null, 0)).isEqualTo(retry(600));
    }

    @Test
    void jitterOnlyAdds() {
        RetryRule jittery = new RetryRule(
                Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofHours(24), 6, 0.5, Duration.ZERO);
        assertThat(jittery.decide(1, answered(500), null, 0)).isEqualTo(retry(2));
        assertThat(jittery.decide(1, answered(500), null, 1)).isEqualTo(retry(3));
    }

    private static Decision retry(int seconds) {
        return new Decision.Retry(Duration.ofSeconds(seconds));
    }

    @Test
    void whatWasNotSentIsGivenUpByTime() {
        var unsent = new AttemptOutcome.Unsent(ConnectFailure.TLS_EXPIRED, "its certificate has expired");
        assertThat(RULE.decide(6, unsent, null, 0))
                .as("no attempt, whatever came before")
                .isEqualTo(retry(2));
        assertThat(RULE.decide(1, unsent, outOfReach(1, 2), 0)).isEqualTo(retry(4));
        assertThat(RULE.decide(1, unsent, outOfReach(20, 16), 0)).isEqualTo(retry(30));
        assertThat(RULE.decide(1, unsent, outOfReach(24 * 3600 - 1, 30), 0)).isEqualTo(retry(30));
        assertThat(RULE.decide(1, unsent, outOfReach(24 * 3600, 30), 0))
                .isInstanceOfSatisfying(
                        Decision.GiveUp.class,
                        given -> assertThat(given.reason()).contains("86400 s", "tls-expired"));
    }

    private static RetryRule.OutOfReach outOfReach(long seconds, long delay) {
        return new RetryRule.OutOfReach(Duration.ofSeconds(seconds), Duration.ofSeconds(delay));
    }
}
