package io.tidemark.invalidation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.local.fixtures.Floors;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packages = "io.tidemark.invalidation", importOptions = Floors.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.tidemark.invalidation";

    /** Bottom-up. The highest has what puts all others together. */
    private static final Floors FLOORS = new Floors(
            ROOT,
            List.of(
                    Set.of("receipts", "sources"),
                    Set.of("log"),
                    Set.of("freshness", "keys", "ops", "pollers", "previews"),
                    Set.of("explanations", "webhooks"),
                    Set.of("purges"),
                    Set.of("console"),
                    Set.of("")));

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = FLOORS.arrowsPointDown();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = FLOORS.packagesAreFreeOfCycles();

    @ArchTest
    static final ArchRule RECEIPTS_KNOW_NO_FRAMEWORK_AND_NO_KAFKA = classes()
            .that()
            .resideInAPackage(ROOT + ".receipts")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "io.tidemark.contracts..",
                    ROOT + ".receipts",
                    "com.fasterxml.jackson.annotation..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule SOURCES_KNOW_NEITHER_THE_WEB_NOR_STORES = noClasses()
            .that()
            .resideInAPackage(ROOT + ".sources")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "jakarta.servlet..",
                    "org.springframework.web..",
                    "org.springframework.data..",
                    "org.apache.kafka..");
}
