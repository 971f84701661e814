package io.tidemark.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class SeriesLimitTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aNameHasNoMoreSeriesThanThatAndWhatThereIsGoesOn() {
        registry.config().meterFilter(new SeriesLimit(10));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 500; i++) {
                registry.counter("requests", "method", "M" + i).increment();
                registry.timer("took", "method", "M" + i % 5).record(() -> {});
            }
        }
        assertThat(registry.find("requests").counters()).hasSize(10);
        assertThat(registry.get("requests").tag("method", "M3").counter().count())
                .isEqualTo(2);
        assertThat(registry.find("took").timers()).hasSize(5);
        assertThat(registry.get("took").tag("method", "M3").timer().count()).isEqualTo(200);
    }
}
