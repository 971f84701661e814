package io.tidemark.commons.requests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestIdTest {
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
        LogSampling sampling = new LogSampling(0.01);
        long picked = IntStream.range(0, 100_000)
                .filter(i -> sampling.includes("request-" + i))
                .count();
        assertThat(picked).isBetween(800L, 1200L);
        assertThat(new LogSampling(0).includes("a")).isFalse();
        assertThat(new LogSampling(1).includes("a")).isTrue();
    }
}
