package io.tidemark.state;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.local.fixtures.Floors;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packages = "io.tidemark.state", importOptions = Floors.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.tidemark.state";

    /** Bottom-up. */
    private static final Floors FLOORS = new Floors(
            ROOT,
            List.of(
                    Set.of("redis"),
                    Set.of("keys"),
                    Set.of("erasure", "promotion", "token"),
                    Set.of("session"),
                    Set.of("checkout"),
                    Set.of("configuration")));

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = FLOORS.arrowsPointDown();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = FLOORS.packagesAreFreeOfCycles();
}
