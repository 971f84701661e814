package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.gateway.origin.OriginFailure.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OriginBreakersTest {
    private static final String ORIGIN = "origin:80";
    private static final String WELL = "well:80";
    private static final String SHIELD = "gateways.us:80";

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final OriginBreakers breakers = new OriginBreakers(() -> now, metrics, Set.of(SHIELD));

    private final List<OriginBreaker.Permit> permits = new ArrayList<>();

    @BeforeEach
    void anOriginThatNeverAnswers() {
        for (int call = 0; call < 20; call++) {
            assertThat(fails(ORIGIN, "/", Reason.REFUSED)).as("call " + call).isTrue();
        }
    }

    /** Whether a call is made, which then fails. */
    private boolean fails(String origin, String path, Reason reason) {
        OriginBreaker.Permit permit = breakers.tryCall(origin, path);
        if (permit != null) {
            permit.failed(new OriginFailure(reason, origin, null), 1);
        }
        return permit != null;
    }

    /** Whether a call is made, which is answered. */
    private boolean isAnswered(String path) {
        OriginBreaker.Permit permit = breakers.tryCall(WELL, path);
        if (permit != null) {
            permit.answered(1);
        }
        return permit != null;
    }

    private double inState(String state) {
        return metrics.get("resilience4j.circuitbreaker.state")
                .tag("name", ORIGIN)
                .tag("state", state)
                .gauge()
                .value();
    }

    private long letThrough(int calls) {
        permits.clear();
        for (int call = 0; call < calls; call++) {
            OriginBreaker.Permit permit = breakers.tryCall(ORIGIN, "/");
            if (permit != null) {
                permits.add(permit);
            }
        }
        return permits.size();
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
        permits.forEach(permit -> permit.answered(1));
        assertThat(inState("closed")).isEqualTo(1);
        assertThat(letThrough(100)).isEqualTo(100);
        assertThat(breakers.downFor(ORIGIN, "/")).isZero();
    }

    @Test
    void isLeftAloneForAnotherSecondWhenThoseFailed() {
        now = now.plusMillis(1001);
        letThrough(3);
        permits.forEach(permit -> permit.failed(new OriginFailure(Reason.REFUSED, ORIGIN, null), 1));
        assertThat(letThrough(100)).isZero();
        now = now.plusMillis(1001);
        assertThat(letThrough(100)).isEqualTo(3);
        assertThat(breakers.downFor(ORIGIN, "/")).isEqualTo(Duration.ofMillis(2002));
    }

    @Test
    void whatWasNeverSentSaysNothingOfTheOrigin() {
        now = now.plusMillis(1001);
        letThrough(3);
        permits.getFirst().failed(new OriginFailure(Reason.OVERLOADED, ORIGIN, null), 1);
        assertThat(letThrough(100)).as("the permit is given back").isEqualTo(1);
    }

    @Test
    void aShieldThatDoesNotAnswerIsSkippedAfterFewerCalls() {
        for (int call = 0; call < 5; call++) {
            assertThat(fails(SHIELD, "/" + call, Reason.FIRST_BYTE_TIMEOUT))
                    .as("call " + call)
                    .isTrue();
        }
        assertThat(breakers.tryCall(SHIELD, "/other")).isNull();
    }

    private double stopped(String part) {
        return metrics.get("tidemark.origin.stopped")
                .tag("origin", WELL)
                .tag("part", part)
                .gauge()
                .value();
    }

    @ParameterizedTest
    @EnumSource(
            value = Reason.class,
            names = {"BROKEN_OFF", "MALFORMED", "FIRST_BYTE_TIMEOUT"})
    void onePathThatFailsIsStoppedAloneHoweverOftenItIsAskedFor(Reason reason) {
        int bad = 0;
        for (int call = 0; call < 400; call++) {
            bad += fails(WELL, "/shop/bad", reason) ? 1 : 0;
            if (call % 10 == 0) {
                assertThat(isAnswered("/shop/good" + call)).isTrue();
            }
        }
        assertThat(bad).isEqualTo(20);
        assertThat(breakers.states()).containsEntry(WELL, "closed");
        assertThat(stopped("path")).isEqualTo(1);
        assertThat(stopped("area")).isZero();
        now = now.plusMillis(1001);
        assertThat(breakers.downFor(WELL, "/shop/bad")).isEqualTo(Duration.ofMillis(1001));
        assertThat(breakers.downFor(WELL, "/shop/good")).isZero();
        for (int probe = 0; probe < 3; probe++) {
            assertThat(isAnswered("/shop/bad")).isTrue();
        }
        assertThat(stopped("path")).isZero();
        assertThat(IntStream.range(0, 100).allMatch(_ -> isAnswered("/shop/bad")))
                .isTrue();
    }

    @Test
    void anAreaThatFailsIsStoppedAndTheOthersAreNot() {
        for (int call = 0; call < 1000; call++) {
            fails(WELL, "/api/reports/" + call, Reason.BROKEN_OFF);
            if (call % 20 == 0) {
                assertThat(isAnswered("/api/products/" + call)).isTrue();
            }
        }
        assertThat(stopped("area")).isEqualTo(1);
        assertThat(breakers.tryCall(WELL, "/api/reports/new")).isNull();
        assertThat(breakers.states()).containsEntry(WELL, "closed");
    }

    @Test
    void anOriginThatHangsEverywhereIsStoppedAsAWhole() {
        int made = 0;
        for (int call = 0; call < 200; call++) {
            made += fails(WELL, "/api/" + call % 10 + "/" + call, Reason.FIRST_BYTE_TIMEOUT) ? 1 : 0;
        }
        assertThat(breakers.states()).containsEntry(WELL, "open");
        assertThat(made).isLessThan(60);
        assertThat(breakers.tryCall(WELL, "/elsewhere")).isNull();
    }

    @Test
    void anOriginThatHangsAndHasOnePathOnlyCostsAsFewCalls() {
        long made = IntStream.range(0, 200)
                .filter(_ -> fails(WELL, "/", Reason.FIRST_BYTE_TIMEOUT))
                .count();
        assertThat(made).isEqualTo(20);
    }

    @Test
    void whatBreaksOffOnTheClientsSideSaysNothingOfTheOrigin() {
        for (int call = 0; call < 100; call++) {
            OriginBreaker.Permit permit = breakers.tryCall(WELL, "/up");
            assertThat(permit).isNotNull();
            permit.abandoned();
        }
        assertThat(isAnswered("/up")).isTrue();
    }
}
