package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OriginBreakersTest {
    private static final String ORIGIN = "origin:80";
    private static final String SHIELD = "gateways.us:80";

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final OriginBreakers breakers = new OriginBreakers(() -> now, metrics, Set.of(SHIELD));

    @BeforeEach
    void anOriginThatNeverAnswers() {
        for (int call = 0; call < 20; call++) {
            assertThat(breakers.tryCall(ORIGIN)).as("call " + call).isTrue();
            breakers.failed(ORIGIN, new OriginFailure(Reason.REFUSED, ORIGIN, null), 1);
        }
    }

    private double inState(String state) {
        return metrics.get("resilience4j.circuitbreaker.state")
                .tag("name", ORIGIN)
                .tag("state", state)
                .gauge()
                .value();
    }

    private long letThrough(int calls) {
        return IntStream.range(0, calls).filter(_ -> breakers.tryCall(ORIGIN)).count();
    }

    @Test
    void isNotAskedForASecond() {
        assertThat(breakers.states()).containsEntry(ORIGIN, "open");
        now = now.plusMillis(999);
        assertThat(letThrough(100)).isZero();
        assertThat(inState("open")).isEqualTo(1);
    }

    @Test
    void isThenAskedByThreeCallsOnly() {
        now = now.plusMillis(1001);
        assertThat(letThrough(100)).isEqualTo(3);
        assertThat(inState("half_open")).isEqualTo(1);
    }

    @Test
    void isTrustedAgainWhenThoseWereAnswered() {
        now = now.plusMillis(1001);
        letThrough(3);
        IntStream.range(0, 3).forEach(_ -> breakers.answered(ORIGIN, 1));
        assertThat(inState("closed")).isEqualTo(1);
        assertThat(letThrough(100)).isEqualTo(100);
        assertThat(breakers.downFor(ORIGIN)).isZero();
    }

    @Test
    void isLeftAloneForAnotherSecondWhenThoseFailed() {
        now = now.plusMillis(1001);
        letThrough(3);
        IntStream.range(0, 3).forEach(_ -> breakers.failed(ORIGIN, new OriginFailure(Reason.REFUSED, ORIGIN, null), 1));
        assertThat(letThrough(100)).isZero();
        now = now.plusMillis(1001);
        assertThat(letThrough(100)).isEqualTo(3);
        assertThat(breakers.downFor(ORIGIN)).isEqualTo(Duration.ofMillis(2002));
    }

    @Test
    void whatWasNeverSentSaysNothingOfTheOrigin() {
        now = now.plusMillis(1001);
        letThrough(3);
        breakers.failed(ORIGIN, new OriginFailure(Reason.OVERLOADED, ORIGIN, null), 1);
        assertThat(letThrough(100)).as("the permit is given back").isEqualTo(1);
    }

    @Test
    void aShieldThatDoesNotAnswerIsSkippedAfterFewerCalls() {
        for (int call = 0; call < 5; call++) {
            assertThat(breakers.tryCall(SHIELD)).as("call " + call).isTrue();
            breakers.failed(SHIELD, new OriginFailure(Reason.FIRST_BYTE_TIMEOUT, SHIELD, null), 1);
        }
        assertThat(breakers.tryCall(SHIELD)).isFalse();
    }
}
