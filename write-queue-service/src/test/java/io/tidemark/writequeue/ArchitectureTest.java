package io.tidemark.writequeue;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.local.fixtures.Floors;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packagesOf = WriteQueueApplication.class, importOptions = Floors.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = WriteQueueApplication.class.getPackageName();

    /** Bottom-up. The highest has what puts all others together. */
    private static final Floors FLOORS = new Floors(
            ROOT,
            List.of(
                    Set.of("types", "log", "requests"),
                    Set.of("status", "clients", "personal"),
                    Set.of("acceptance", "delivery", "deadletters"),
                    Set.of("ops", "erasure"),
                    Set.of("")));

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = FLOORS.arrowsPointDown();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = FLOORS.packagesAreFreeOfCycles();
}
