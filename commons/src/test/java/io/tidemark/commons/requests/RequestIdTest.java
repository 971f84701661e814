package io.tidemark.commons.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestIdTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1)); // it will wrap

    @Test
    void aWellFormedIdIsTaken() {
        assertThat(RequestId.of("a-B_1.2:3")).isEqualTo("a-B_1.2:3");
    }

    @Test
    void anythingElseIsReplaced() {
        for (String bad : new String[] {"", "a b", "a\nb", "é", "x".repeat(129)}) {
            assertThat(RequestId.of(bad)).isNotEqualTo(bad).hasSize(32);
        }
        assertThat(RequestId.of(null)).hasSize(32).isNotEqualTo(RequestId.of(null));
    }

    @Test
    void samplingPicksItsShareOfIdsAndAlwaysTheSame() {
        LogSampling sampling = sampling(0.01);
        long picked = IntStream.range(0, 100_000)
                .filter(i -> sampling.includes("request-" + i))
                .count();
        assertThat(picked).isBetween(800L, 1200L);
        assertThat(sampling(0).includes("a")).isFalse();
        assertThat(sampling(1).includes("a")).isTrue();
    }

    private LogSampling sampling(double rate) {
        return new LogSampling(rate, 10, now::get);
    }

    @Test
    void whoChoosesItsIdFillsNoLog() {
        LogSampling sampling = sampling(1);
        assertThat(taken(sampling, 1000)).isEqualTo(10);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(250));
        assertThat(taken(sampling, 1000)).isEqualTo(2);
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(taken(sampling, 1000)).isEqualTo(10);
        assertThat(sampling(0).takes("a")).isFalse();
    }

    private static long taken(LogSampling sampling, int times) {
        return IntStream.range(0, times).filter(_ -> sampling.takes("chosen")).count();
    }

    @Test
    void aRateThatIsNoneIsNamed() {
        assertThatThrownBy(() -> new LogSampling(0.01, 0, now::get)).hasMessageContaining("sampled-per-second");
        assertThatThrownBy(() -> new LogSampling(1.5, 1, now::get)).hasMessageContaining("sample-rate");
    }
}
