package io.tidemark.originstub;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.local.fixtures.Floors;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packages = "io.tidemark.originstub", importOptions = Floors.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.tidemark.originstub";

    /** Bottom-up. The highest has what puts all others together. */
    private static final Floors FLOORS = new Floors(
            ROOT,
            List.of(
                    Set.of("settings", "webhooks"),
                    Set.of("web", "calls"),
                    Set.of("bytes", "changes", "effects", "faults", "page"),
                    Set.of("documents", "me", "orders", "products"),
                    Set.of("")));

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = FLOORS.arrowsPointDown();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = FLOORS.packagesAreFreeOfCycles();
}
