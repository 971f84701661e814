package io.tidemark.local.suite.siege;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.RunningSuite;
import io.tidemark.local.suite.launcher.LauncherOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./run siege}, short. */
@DisabledIfSystemProperty(
        named = "suite.external",
        matches = "true",
        disabledReason = "attacks the suite of this build only")
class SiegeIT {
    @TempDir
    private Path folder;

    @Test
    void theSuiteStandsAndReadersBesideItAreServed() throws Exception {
        RunningSuite.get();
        Path root = Path.of("..", "..").toAbsolutePath().normalize();
        var options = new LauncherOptions(root, Path.of("target"), folder);

        assertThat(Siege.run(Duration.ofSeconds(10), options, RunningSuite::processes, System.out))
                .isEmpty();
    }
}
