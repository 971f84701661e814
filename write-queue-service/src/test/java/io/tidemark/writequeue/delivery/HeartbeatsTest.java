package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.time.ClockSteps;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is known of time while the wall clock may be set. */
class HeartbeatsTest {
    private final AtomicLong nanos = new AtomicLong(7);
    private double acknowledged;
    private double slowest = Double.NaN;
    private final Heartbeats heartbeats = new Heartbeats(() -> acknowledged, () -> slowest, nanos::get);

    private void pass(long seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void oneThatWasNotAcknowledgedDoesNotCount() {
        pass(1);
        heartbeats.look();
        assertThat(heartbeats.age()).isGreaterThan(Duration.ofHours(1));
        heartbeats.joined();
        assertThat(heartbeats.age()).isZero();
    }

    @Test
    void theAgeIsNeverLessThanItIs() {
        pass(5); // nobody looked, the answer may have come at once
        acknowledged++;
        heartbeats.look();
        assertThat(heartbeats.age()).isEqualTo(Duration.ofSeconds(5));
        pass(1);
        acknowledged++;
        slowest = 300; // and may have been on its way
        heartbeats.look();
        assertThat(heartbeats.age()).isEqualTo(Duration.ofMillis(1300));
    }

    @Test
    void aClockThatIsSetIsNoticedAndOneThatIsKeptRightIsNot() {
        AtomicReference<Instant> wall = new AtomicReference<>(Instant.EPOCH);
        ClockSteps steps = new ClockSteps(wall::get, nanos::get);
        pass(30);
        wall.set(wall.get().plusSeconds(31));
        assertThat(steps.look()).isZero();
        wall.set(wall.get().minusSeconds(600));
        assertThat(steps.look()).isEqualTo(Duration.ofMinutes(-10));
        assertThat(steps.look()).isZero();
        wall.set(wall.get().plusSeconds(600));
        assertThat(steps.look()).isEqualTo(Duration.ofMinutes(10));
    }
}
