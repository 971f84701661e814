package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ClockSkewTest {
    private static final String ORIGIN = "shop.example:443";

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final ClockSkew skew = new ClockSkew(metrics);
    private final Instant start = Instant.parse("2026-01-01T00:00:00Z");

    /** One response a second, for so long, whose Date is so old by the gateway's clock. */
    private void respond(int from, int seconds, Duration old) {
        for (int second = from; second < from + seconds; second++) {
            Instant now = start.plusSeconds(second).plusMillis(500);
            skew.responded(
                    ORIGIN,
                    Headers.of("Date", HttpDate.format(now.minus(old))),
                    now,
                    Duration.ofSeconds(second).toNanos());
        }
    }

    private double shown() {
        return metrics.get("tidemark.clock.skew").tag("origin", ORIGIN).gauge().value();
    }

    @Test
    void aClockThatIsAheadIsShownAndSaidOnce(CapturedOutput output) {
        respond(0, 200, Duration.ofMinutes(10));
        assertThat(shown()).isBetween(598.0, 601.0);
        assertThat(output.getOut().split("apart", -1)).as("said once").hasSize(2);
        respond(200, 70, Duration.ZERO);
        assertThat(shown()).isZero();
        assertThat(output.getOut()).contains("agree again");
    }

    @Test
    void aClockThatIsBehindIsNegative() {
        respond(0, 70, Duration.ofMinutes(-1));
        assertThat(shown()).isBetween(-60.0, -59.0);
    }

    @Test
    void nowAndThenAnOldDateSaysNothing(CapturedOutput output) {
        for (int second = 0; second < 180; second++) {
            respond(second, 1, second % 10 == 0 ? Duration.ofMillis(100) : Duration.ofHours(1));
        }
        assertThat(shown()).isZero();
        assertThat(output.getOut()).doesNotContain("apart");
    }

    private Duration known(int second, Duration old) {
        Instant now = start.plusSeconds(second).plusMillis(500);
        return skew.responded(
                ORIGIN,
                Headers.of("Date", HttpDate.format(now.minus(old))),
                now,
                Duration.ofSeconds(second).toNanos());
    }

    @Test
    void aDifferenceThatAllResponsesHaveIsKnownAfterAFewSeconds() {
        respond(0, 4, Duration.ofMinutes(10));
        assertThat(known(4, Duration.ofMinutes(10))).isBetween(Duration.ofSeconds(598), Duration.ofMinutes(10));
        assertThat(known(5, Duration.ZERO)).as("one agrees").isZero();
    }

    @Test
    void oldResponsesThatAreAskedForNowAndThenAreOld() {
        for (int minute = 0; minute < 100; minute++) {
            assertThat(known(minute * 60, Duration.ofMinutes(10))).isZero();
        }
    }

    @Test
    void whenTheClockIsSetTheDifferenceIsKnownAtOnce() {
        respond(0, 10, Duration.ZERO);
        skew.stepped(Duration.ofMinutes(10));
        assertThat(known(10, Duration.ofMinutes(10))).isBetween(Duration.ofSeconds(598), Duration.ofMinutes(10));
        skew.stepped(Duration.ofMinutes(-10));
        assertThat(known(11, Duration.ZERO)).isZero();
    }
}
