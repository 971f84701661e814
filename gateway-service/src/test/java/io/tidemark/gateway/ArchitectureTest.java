package io.tidemark.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.local.fixtures.Floors;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packagesOf = GatewayApplication.class, importOptions = Floors.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = GatewayApplication.class.getPackageName();

    /** Bottom-up. The highest has what puts all others together. */
    private static final Floors FLOORS = new Floors(
            ROOT,
            List.of(
                    Set.of("http", "server", "redis", "identity"),
                    Set.of("analytics", "cache", "overload", "origin"),
                    Set.of("purge", "upload", "redact"),
                    Set.of("store", "log"),
                    Set.of("policy", "erase"),
                    Set.of("fill"),
                    Set.of("edge"),
                    Set.of("hit", "write", "uncached", "session", "ops"),
                    Set.of("residency", "documents.store"),
                    Set.of("documents.regions", "documents.rooms"),
                    Set.of("documents"),
                    Set.of("")));

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = FLOORS.arrowsPointDown();

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES = FLOORS.packagesAreFreeOfCycles();

    /** What purges mean is as plain as the engine: how they come is for others. */
    @ArchTest
    static final ArchRule THE_RULE_OF_PURGES_KNOWS_NO_FRAMEWORK = classes()
            .that()
            .resideInAPackage(ROOT + ".purge")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "java..", "org.jspecify..", "io.tidemark.contracts..", ROOT + ".cache", ROOT + ".purge"));

    /** A verdict counts only if the ledger was believed before it was asked. Fills, which ask of what they themselves sent, may. */
    @ArchTest
    static final ArchRule STORED_RESPONSES_HAVE_ONE_JUDGE = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".edge", ROOT + ".hit", ROOT + ".write", ROOT + ".ops")
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "PurgeView is asked for trust or a verdict",
                    (JavaMethodCall call) -> call.getTargetOwner().isAssignableTo(PurgeView.class)
                            && Set.of("trust", "verdict").contains(call.getName())));
}
