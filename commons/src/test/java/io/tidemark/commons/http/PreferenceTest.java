package io.tidemark.commons.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The wait preference (RFC 7240 section 2)")
class PreferenceTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait=5",
                "WAIT=5",
                "wait = 5",
                "wait\t=\t5",
                "wait=\"5\"",
                "respond-async, Wait = 5; x=1",
                "wait=5, wait=9",
                "handling=lenient;note=\"a, wait=9\", wait=5",
                ", ,wait=5",
                "wait=5;",
                "return=minimal; a; b=\"\\\"\",wait=5"
            })
    void isFoundHoweverItIsWritten(String field) {
        assertThat(wait(field)).contains(Duration.ofSeconds(5));
    }

    @Test
    void isFoundOnAnyLine() {
        assertThat(wait("return=minimal", "wait=\"7\"")).contains(Duration.ofSeconds(7));
    }

    @Test
    void isCappedHoweverHuge() {
        assertThat(wait("wait=9999")).contains(Duration.ofSeconds(30));
        assertThat(wait("wait=99999999999999999999999999")).contains(Duration.ofSeconds(30));
        assertThat(wait("wait=0")).contains(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "wait",
                "wait=",
                "wait=soon",
                "wait=-1",
                "wait=1.5",
                "waiting=3",
                "a=\"wait=3\"",
                "respond-async; wait=3",
                "a b, wait=3",
                "a=\"open, wait=3"
            })
    void isIgnoredWhereItIsNotUnderstood(String odd) {
        assertThat(wait(odd)).isEmpty();
    }

    @Test
    void aLineOfAnyLengthIsRead() {
        assertThat(wait("a=\"" + "x".repeat(100_000) + "\";b".repeat(1) + ";c".repeat(30_000) + ",wait=5"))
                .contains(Duration.ofSeconds(5));
    }

    private static Optional<Duration> wait(String... fields) {
        return Preference.wait(Collections.enumeration(List.of(fields)), Duration.ofSeconds(30));
    }
}
