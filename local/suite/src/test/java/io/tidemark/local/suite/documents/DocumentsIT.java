package io.tidemark.local.suite.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.NodeScripts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A short one of {@code ./run documents}: each client goes on at another gateway whenever its own is killed. */
@Order(71)
@DisabledIfSystemProperty(named = "suite.external", matches = "true", disabledReason = "has processes of its own")
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class DocumentsIT {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void whoIsThrownOutGoesOnAtAnotherGatewayAndNothingAcknowledgedIsLost() throws Exception {
        Path root = Path.of("..", "..").toAbsolutePath().normalize();
        LauncherOptions options = new LauncherOptions(root, Path.of("target"), folder);
        NodeScripts scripts;
        try {
            scripts = Documents.scripts(options.root());
        } catch (NodeScripts.MissingException none) {
            abort("skipped: " + none.getMessage());
            return;
        }
        TortureRun torture = new TortureRun(scripts, options.logs(), 6, 8, Duration.ofSeconds(3));
        try (Servers gateways = GatewayServers.start(options, JavaProcess.QUICK_START)) {
            TortureRun.Result result = torture.run(gateways, 7);

            assertThat(result.isGood()).as(result.all()).isTrue();
            assertThat(result.kills()).isPositive();
            assertThat(result.acknowledged()).as(result.all()).isPositive();
            assertThat(result.connections()).as("some came back").isGreaterThan(8);
        }
    }
}
