package io.tidemark.local.suite.writes;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.launcher.LauncherOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code ./run torture} and {@code ./run read-after}, short and at the same time: both wait more than they work. */
@Order(70)
@DisabledIfSystemProperty(named = "suite.external", matches = "true", disabledReason = "have processes of their own")
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class WriteRunsIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    /** 20 keys, 600 writes, half a minute of kills. Of its two runs the one with the failing key. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void killsLoseNothingDoubleNothingAndKeepTheOrder() throws Exception {
        var plan = new Plan(20, 600, 20, 0.2, true, Duration.ofSeconds(5), false, Duration.ofMinutes(4), 1);
        Report report = new TortureRun(plan, options().jar("write-queue-service"), folder).run();
        assertThat(report.broken()).isEmpty();
        assertThat(report.kills()).isGreaterThanOrEqualTo(4);
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aReadWithReadAfterIsNeverOlderThanItsWriteInARegionThatHearsOfPurges2SecondsLate() throws Exception {
        ReadAfterRun.Report report = new ReadAfterRun(options(), folder, 300).run();
        assertThat(report.pairs()).isEqualTo(300);
        assertThat(report.oldWithout()).as("the delay is at work").isPositive();
        assertThat(report.old()).isZero();
    }

    private LauncherOptions options() {
        Path root = Path.of("..", "..").toAbsolutePath().normalize();
        return new LauncherOptions(root, Path.of("target"), folder);
    }
}
