package io.tidemark.local.suite;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.local.fixtures.Floors;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packages = "io.tidemark.local.suite", importOptions = Floors.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.tidemark.local.suite";

    /** Bottom-up. */
    private static final Floors FLOORS = new Floors(
            ROOT,
            List.of(
                    Set.of("client", "figures", "machine"),
                    Set.of("launcher"),
                    Set.of("backends", "chaos", "documents", "restarts", "sessions", "soak", "storm", "writes"),
                    Set.of("mixed", "siege")));

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = FLOORS.arrowsPointDown();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = FLOORS.packagesAreFreeOfCycles();
}
