package io.tidemark.writequeue.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.writequeue.torture.Torture.Plan;
import io.tidemark.writequeue.torture.Torture.Report;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Runs where it is asked for: {@code -Dtorture.keys=200 -Dtorture.writes=20000 -Dtorture.patience=1200}. */
@EnabledIfSystemProperty(
        named = "torture.writes",
        matches = "\\d+",
        disabledReason = "minutes long; see the service's page")
@Timeout(value = 40, unit = TimeUnit.MINUTES)
class TortureTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void killsLoseNothingDoubleNothingAndKeepTheOrder() throws Exception {
        int keys = Integer.getInteger("torture.keys", 20);
        int writes = Integer.getInteger("torture.writes", 600);
        Plan plan = new Plan(
                keys,
                writes / keys,
                Double.parseDouble(System.getProperty("torture.failures", "0.2")),
                Boolean.parseBoolean(System.getProperty("torture.poison", "true")),
                Torture.seconds("torture.kill-every", 5),
                Torture.seconds("torture.patience", 240));
        Report report = new Torture(plan, folder).run();
        System.out.printf(
                """
                | keys × writes | %d × %d |
                | accepted | %d |
                | in effect at the origin | %d |
                | dead letters | %d |
                | lost | %d |
                | doubled | %d |
                | out of order within a key | %d |
                | two calls at once for one key | %d |
                | SIGKILLs | %d |
                | took | %d s |
                | sent → in effect, p50 / p90 / p99 / max | %d / %d / %d / %d ms |
                """,
                plan.keys(),
                plan.writesPerKey(),
                report.accepted(),
                report.inEffect(),
                report.deadLetters(),
                report.lost().size(),
                report.doubled(),
                report.outOfOrder(),
                report.overlaps(),
                report.kills(),
                report.took().toSeconds(),
                report.delivery().p50(),
                report.delivery().p90(),
                report.delivery().p99(),
                report.delivery().max());

        assertThat(report.accepted()).isEqualTo(plan.keys() * plan.writesPerKey());
        assertThat(report.lost()).isEmpty();
        assertThat(report.doubled()).isZero();
        assertThat(report.outOfOrder()).isZero();
        assertThat(report.overlaps()).isZero();
        if (plan.poison()) {
            assertThat(report.deadLetters()).isGreaterThanOrEqualTo(plan.writesPerKey());
        }
    }
}
