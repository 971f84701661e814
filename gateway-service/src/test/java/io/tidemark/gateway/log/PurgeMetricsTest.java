package io.tidemark.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long purges take is told by the broker's clock, whatever this machine's says. */
class PurgeMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Fence fence = mock(Fence.class);

    private PurgeMetrics metrics(Duration ahead) {
        when(fence.standing(anyLong())).thenReturn(Standing.CURRENT);
        return new PurgeMetrics(
                registry, mock(PurgeLedger.class), fence, () -> Instant.now().plus(ahead));
    }

    private Timer propagation() {
        return registry.get("tidemark.purge.propagation").timer();
    }

    @ParameterizedTest
    @ValueSource(ints = {600, -600, 0})
    void aClockThatIsAheadOrBehindMakesNoPurgeSlowerOrQuicker(int aheadSeconds) {
        PurgeMetrics metrics = metrics(Duration.ofSeconds(aheadSeconds));
        Instant atTheBroker = Instant.now();
        long now = System.nanoTime();
        metrics.heartbeatAcknowledged(now, now, atTheBroker);
        metrics.applied(atTheBroker.minusMillis(1800));
        assertThat(propagation().max(TimeUnit.MILLISECONDS)).isBetween(1800.0, 11_800.0);
        assertThat(registry.get("tidemark.clock.offset")
                        .tag("backend", "kafka")
                        .gauge()
                        .value())
                .isBetween(aheadSeconds - 10.0, aheadSeconds + 10.0);
    }

    @Test
    void whileTheBrokersClockIsNotKnownNothingIsRecorded() {
        metrics(Duration.ZERO).applied(Instant.now());
        assertThat(propagation().count()).isZero();
    }
}
