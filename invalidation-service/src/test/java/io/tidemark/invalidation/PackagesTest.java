package io.tidemark.invalidation;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class PackagesTest {
    private static final JavaClasses SERVICE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.tidemark.invalidation");

    @Test
    void receiptsKnowNoFrameworkAndNoKafka() {
        classes()
                .that()
                .resideInAPackage("..receipts..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.tidemark.contracts..",
                        "io.tidemark.invalidation.receipts..",
                        "com.fasterxml.jackson.annotation..",
                        "org.jspecify..")
                .check(SERVICE);
    }

    @Test
    void sourcesKnowNeitherTheWebNorStores() {
        noClasses()
                .that()
                .resideInAPackage("..sources..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "jakarta.servlet..",
                        "org.springframework.web..",
                        "org.springframework.data..",
                        "org.apache.kafka..")
                .check(SERVICE);
    }

    @Test
    void featuresDependOnEachOtherInOneDirection() {
        slices().matching("io.tidemark.invalidation.(*)..")
                .should()
                .beFreeOfCycles()
                .check(SERVICE);
    }
}
