package io.tidemark.local.suite.siege;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.RunningSuite;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** {@code ./run siege}, short. */
@DisabledIfSystemProperty(
        named = "suite.external",
        matches = "true",
        disabledReason = "attacks the suite of this build only")
class SiegeIT {
    @Test
    void theSuiteStandsAndReadersBesideItAreServed() throws Exception {
        RunningSuite.get();

        assertThat(Siege.run(Duration.ofSeconds(10), RunningSuite::processes, System.out))
                .isEmpty();
    }
}
