package io.tidemark.gateway.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClientRatesTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // and over the end
    private final ClientRates rates = new ClientRates(10, 5, now::get);

    private int taken(String client, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += rates.take(client).isZero() ? 1 : 0;
        }
        return taken;
    }

    @Test
    void aBurstIsLetThroughAndThenTheRate() {
        assertThat(taken("a", 100)).isEqualTo(5);
        assertThat(rates.take("a")).isEqualTo(Duration.ofMillis(100));
        int later = 0;
        for (int i = 0; i < 1000; i++) {
            now.addAndGet(10_000_000);
            later += taken("a", 3);
        }
        assertThat(later).isEqualTo(100);
    }

    @Test
    void whoPausesHasNoMoreThanABurst() {
        assertThat(taken("a", 5)).isEqualTo(5);
        now.addAndGet(3_600_000_000_000L);
        assertThat(taken("a", 100)).isEqualTo(5);
    }

    @Test
    void clientsDoNotShare() {
        assertThat(taken("a", 100)).isEqualTo(5);
        assertThat(taken("b", 100)).isEqualTo(5);
    }
}
