package io.tidemark.documents;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The formats are plain Java: whoever hosts them brings network, stores and clocks. */
@AnalyzeClasses(packages = "io.tidemark.documents", importOptions = ArchitectureTest.NoTests.class)
class ArchitectureTest {
    static final class NoTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    @ArchTest
    static final ArchRule KNOWS_NO_FRAMEWORK = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", "io.tidemark.documents..");

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("formats")
            .definedBy("io.tidemark.documents.lib0")
            .layer("updates")
            .definedBy("io.tidemark.documents.update")
            .layer("awareness")
            .definedBy("io.tidemark.documents.awareness")
            .layer("dialects")
            .definedBy("io.tidemark.documents.dialect")
            .whereLayer("updates")
            .mayOnlyBeAccessedByLayers("dialects")
            .whereLayer("awareness")
            .mayOnlyBeAccessedByLayers("dialects")
            .whereLayer("dialects")
            .mayNotBeAccessedByAnyLayer();
}
