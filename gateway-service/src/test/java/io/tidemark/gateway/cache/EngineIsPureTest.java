package io.tidemark.gateway.cache;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.contracts.Position;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(
        packages = {"io.tidemark.gateway.cache", "io.tidemark.gateway.http"},
        importOptions = EngineIsPureTest.NoTests.class)
class EngineIsPureTest {
    static final class NoTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    @ArchTest
    static final ArchRule IT_KNOWS_THE_JDK_AND_POSITIONS_ONLY = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "java..",
                            "org.jspecify..",
                            "io.tidemark.gateway.cache",
                            "io.tidemark.gateway.http",
                            "io.tidemark.commons.http")
                    .or(type(Position.class)));

    @ArchTest
    static final ArchRule IT_READS_NO_CLOCK = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);
}
