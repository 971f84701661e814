package io.tidemark.originstub;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packages = "io.tidemark.originstub", importOptions = ArchitectureTest.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.tidemark.originstub";

    /** Bottom-up. The highest has what puts all others together. */
    private static final List<Set<String>> FLOORS = List.of(
            Set.of(".settings", ".webhooks"),
            Set.of(".web", ".calls"),
            Set.of(".bytes", ".changes", ".effects", ".faults"),
            Set.of(".me", ".orders", ".products"),
            Set.of(""));

    static final class NoTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = arrowsPointDown();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    private static ArchRule arrowsPointDown() {
        LayeredArchitecture rule = layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                .ensureAllClassesAreContainedInArchitecture();
        for (Set<String> floor : FLOORS) {
            for (String name : floor) {
                rule = rule.layer(ROOT + name).definedBy(ROOT + name);
            }
        }
        for (int i = 0; i < FLOORS.size(); i++) {
            String[] above = FLOORS.subList(i + 1, FLOORS.size()).stream()
                    .flatMap(Set::stream)
                    .map(ROOT::concat)
                    .toArray(String[]::new);
            for (String name : FLOORS.get(i)) {
                rule = above.length == 0
                        ? rule.whereLayer(ROOT + name).mayNotBeAccessedByAnyLayer()
                        : rule.whereLayer(ROOT + name).mayOnlyBeAccessedByLayers(above);
            }
        }
        return rule;
    }
}
