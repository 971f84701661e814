package io.tidemark.local.suite.writes;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.LauncherOptions;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./run read-after}, short. */
@Order(71)
@DisabledIfSystemProperty(named = "suite.external", matches = "true", disabledReason = "has processes of its own")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ReadAfterIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void aReadWithReadAfterIsNeverOlderThanItsWriteInARegionThatHearsOfPurges2SecondsLate() throws Exception {
        Path root = Path.of("..", "..").toAbsolutePath().normalize();
        ReadAfterRun.Report report =
                new ReadAfterRun(new LauncherOptions(root, Path.of("target"), folder), folder, 300).run();
        assertThat(report.pairs()).isEqualTo(300);
        assertThat(report.oldWithout()).as("the delay is at work").isPositive();
        assertThat(report.old()).isZero();
    }
}
