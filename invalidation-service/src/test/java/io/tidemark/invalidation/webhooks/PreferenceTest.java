package io.tidemark.invalidation.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PreferenceTest {
    @Test
    void theWaitIsFoundAmongOthersAndCapped() {
        assertThat(wait("wait=5")).contains(Duration.ofSeconds(5));
        assertThat(wait("respond-async, Wait = 5; x=1")).contains(Duration.ofSeconds(5));
        assertThat(wait("return=minimal", "wait=\"7\"")).contains(Duration.ofSeconds(7));
        assertThat(wait("wait=9999")).contains(Duration.ofSeconds(30));
        assertThat(wait("wait=0")).contains(Duration.ZERO);
    }

    @Test
    void whatIsNotUnderstoodIsIgnored() {
        for (String odd : List.of("", "wait", "wait=", "wait=soon", "wait=-1", "wait=99999999999", "waiting=3")) {
            assertThat(wait(odd)).isEmpty();
        }
    }

    private static Optional<Duration> wait(String... fields) {
        return Preference.wait(Collections.enumeration(List.of(fields)), Duration.ofSeconds(30));
    }
}
