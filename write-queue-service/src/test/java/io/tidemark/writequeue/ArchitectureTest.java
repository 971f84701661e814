package io.tidemark.writequeue;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may use which. */
@AnalyzeClasses(packagesOf = WriteQueueApplication.class, importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.tidemark.writequeue.";

    @ArchTest
    static final ArchRule ARROWS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("types")
            .definedBy(ROOT + "types")
            .layer("log")
            .definedBy(ROOT + "log")
            .layer("requests")
            .definedBy(ROOT + "requests")
            .layer("status")
            .definedBy(ROOT + "status")
            .layer("acceptance")
            .definedBy(ROOT + "acceptance")
            .layer("delivery")
            .definedBy(ROOT + "delivery")
            .layer("deadletters")
            .definedBy(ROOT + "deadletters")
            .layer("ops")
            .definedBy(ROOT + "ops")
            .whereLayer("ops")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("deadletters")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("delivery")
            .mayOnlyBeAccessedByLayers("ops")
            .whereLayer("acceptance")
            .mayOnlyBeAccessedByLayers("deadletters", "ops")
            .whereLayer("requests")
            .mayOnlyBeAccessedByLayers("acceptance", "deadletters")
            .whereLayer("status")
            .mayOnlyBeAccessedByLayers("acceptance", "delivery", "deadletters", "ops")
            .whereLayer("types")
            .mayOnlyBeAccessedByLayers("status", "acceptance", "delivery", "deadletters", "ops")
            .whereLayer("log")
            .mayOnlyBeAccessedByLayers("status", "acceptance", "delivery", "deadletters", "ops");
}
