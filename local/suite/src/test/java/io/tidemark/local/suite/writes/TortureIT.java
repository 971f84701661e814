package io.tidemark.local.suite.writes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./run torture}, short: 20 keys, 600 writes, half a minute of kills. Of its two runs the one with the failing key. */
@Order(70)
@DisabledIfSystemProperty(named = "suite.external", matches = "true", disabledReason = "has processes of its own")
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class TortureIT {
    private static final Path JAR = Path.of("..", "..", "write-queue-service", "target", "write-queue-service.jar")
            .toAbsolutePath()
            .normalize();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void killsLoseNothingDoubleNothingAndKeepTheOrder() throws Exception {
        var plan = new Plan(20, 600, 20, 0.2, true, Duration.ofSeconds(5), Duration.ofMinutes(4), 1);
        Report report = new TortureRun(plan, JAR, folder).run();
        assertThat(report.broken()).isEmpty();
        assertThat(report.kills()).isGreaterThanOrEqualTo(4);
    }
}
