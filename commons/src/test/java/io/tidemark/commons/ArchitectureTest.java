package io.tidemark.commons;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.local.fixtures.Floors;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packages = "io.tidemark.commons", importOptions = Floors.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.tidemark.commons";

    /** Bottom-up. */
    private static final Floors FLOORS = new Floors(
            ROOT,
            List.of(
                    Set.of("digests", "drain", "http", "origins", "outage", "problems", "templates", "time"),
                    Set.of("configuration", "json", "kafka", "redis", "tracing"),
                    Set.of("requests", "topics"),
                    Set.of("purgelog")));

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = FLOORS.arrowsPointDown();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = FLOORS.packagesAreFreeOfCycles();
}
