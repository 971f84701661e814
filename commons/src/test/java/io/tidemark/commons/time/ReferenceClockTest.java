package io.tidemark.commons.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReferenceClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private long nanos;
    private Duration set = Duration.ZERO; // of this machine's clock
    private final ReferenceClock clock =
            new ReferenceClock("kafka", () -> START.plusNanos(nanos).plus(set), () -> nanos, metrics);

    private double shown() {
        return metrics.get("tidemark.clock.offset")
                .tag("backend", "kafka")
                .gauge()
                .value();
    }

    /** A question of the time there, which runs as the true one does. */
    private void ask(Duration there, Duration back) {
        long asked = nanos;
        nanos += there.toNanos();
        Instant told = START.plusNanos(nanos);
        nanos += back.toNanos();
        clock.read(asked, nanos, told);
    }

    @Test
    void nothingIsKnownBeforeTheFirstAnswer() {
        assertThat(clock.now()).isEmpty();
        assertThat(shown()).isNaN();
    }

    @Test
    void theQuickestAnswerCounts() {
        ask(Duration.ofMillis(1), Duration.ofMillis(1));
        ask(Duration.ofSeconds(2), Duration.ZERO);
        assertThat(clock.now()).contains(START.plusNanos(nanos));
        nanos += Duration.ofMinutes(1).toNanos();
        ask(Duration.ofSeconds(2), Duration.ZERO);
        assertThat(clock.now())
                .as("clocks drift: an old one does not")
                .contains(START.plusNanos(nanos).plusSeconds(1));
    }

    @Test
    void whoeverSetsThisMachinesClockChangesNothingButTheOffset() {
        ask(Duration.ofMillis(1), Duration.ofMillis(1));
        assertThat(shown()).isZero();
        set = Duration.ofMinutes(10);
        assertThat(clock.now()).contains(START.plusNanos(nanos));
        assertThat(shown()).isEqualTo(600);
        set = Duration.ofMinutes(-10);
        assertThat(clock.now()).contains(START.plusNanos(nanos));
        assertThat(shown()).isEqualTo(-600);
    }
}
