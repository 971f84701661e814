package io.tidemark.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.tidemark.gateway.purge.PurgeView;
import java.util.List;
import java.util.Set;

/** Which package may use which: those of lower floors, and none of its own. */
@AnalyzeClasses(packagesOf = GatewayApplication.class, importOptions = ArchitectureTest.NoTests.class)
class ArchitectureTest {
    private static final String ROOT = GatewayApplication.class.getPackageName();

    /** Bottom-up. The highest has what puts all others together. */
    private static final List<Set<String>> FLOORS = List.of(
            Set.of("http", "server", "redis", "identity"),
            Set.of("cache", "overload", "origin"),
            Set.of("purge", "upload"),
            Set.of("store", "log"),
            Set.of("policy", "erase"),
            Set.of("fill"),
            Set.of("edge"),
            Set.of("hit", "write", "uncached", "session", "ops"),
            Set.of(""));

    /** Arrows that point up all the same, as {@code from -> to}, each with its reason. */
    private static final Set<String> EXCEPTIONS = Set.of();

    static final class NoTests implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }

    @ArchTest
    static final ArchRule ARROWS_POINT_DOWN = classes()
            .should(new ArchCondition<>("use packages of lower floors only") {
                @Override
                public void check(JavaClass user, ConditionEvents events) {
                    String from = nameOf(user.getPackageName());
                    if (floorOf(from) < 0) {
                        events.add(SimpleConditionEvent.violated(
                                user, user.getName() + " is in a package without a floor"));
                        return;
                    }
                    for (Dependency arrow : user.getDirectDependenciesFromSelf()) {
                        String used =
                                arrow.getTargetClass().getBaseComponentType().getPackageName();
                        if (isOurs(used)) {
                            String to = nameOf(used);
                            if (!to.equals(from)
                                    && floorOf(to) >= floorOf(from)
                                    && !EXCEPTIONS.contains(from + " -> " + to)) {
                                events.add(SimpleConditionEvent.violated(arrow, arrow.getDescription()));
                            }
                        }
                    }
                }
            });

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

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

    private static boolean isOurs(String packageName) {
        return packageName.equals(ROOT) || packageName.startsWith(ROOT + '.');
    }

    private static String nameOf(String packageName) {
        return packageName.equals(ROOT) ? "" : packageName.substring(ROOT.length() + 1);
    }

    private static int floorOf(String name) {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            if (FLOORS.get(floor).contains(name)) {
                return floor;
            }
        }
        return -1;
    }
}
