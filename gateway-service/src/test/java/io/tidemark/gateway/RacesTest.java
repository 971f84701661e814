package io.tidemark.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/**
 * What may happen at once, for a moment each: the actors of a race of jcstress meet, many times, and have no outcome but its
 * acceptable ones. The profile {@code races} does it for long, and lets compilers and processors have their way.
 */
class RacesTest {
    private static final Duration EACH = Duration.ofMillis(250);

    /** How often they meet before somebody looks. */
    private static final int MEETINGS = 200;

    /** By how much one of them may come after the others, in turns of an idle loop. */
    private static final int MOST_LATE = 23;

    static Stream<Class<?>> races() {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(JCStressTest.class));
        return scanner.findCandidateComponents(RacesTest.class.getPackageName()).stream()
                .map(BeanDefinition::getBeanClassName)
                .map(name -> {
                    try {
                        return Class.forName(name);
                    } catch (ClassNotFoundException impossible) {
                        throw new IllegalStateException(impossible);
                    }
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("races")
    void haveNoOutcomeButTheAcceptable(Class<?> race) throws Exception {
        Set<String> acceptable = Arrays.stream(race.getAnnotationsByType(Outcome.class))
                .flatMap(outcome -> Arrays.stream(outcome.id()))
                .collect(Collectors.toSet());
        assertThat(outcomes(race)).isNotEmpty().isSubsetOf(acceptable);
    }

    private static Set<String> outcomes(Class<?> race) throws Exception {
        Constructor<?> state = race.getConstructor();
        List<Method> actors = methods(race, Actor.class).toList();
        Method arbiter = methods(race, Arbiter.class).findFirst().orElseThrow();
        Constructor<?> result = arbiter.getParameterTypes()[0].getConstructor();
        Set<String> outcomes = new TreeSet<>();
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(actors.size())) {
            while (System.nanoTime() - begin < EACH.toNanos()) {
                Object[][] meetings = new Object[MEETINGS][];
                for (int i = 0; i < MEETINGS; i++) {
                    meetings[i] = new Object[] {state.newInstance(), result.newInstance()};
                }
                AtomicInteger arrived = new AtomicInteger();
                List<Future<?>> running = new ArrayList<>();
                for (int a = 0; a < actors.size(); a++) {
                    Method actor = actors.get(a);
                    int turn = a;
                    running.add(threads.submit(() -> {
                        for (int i = 0; i < MEETINGS; i++) {
                            meet(arrived, (i + 1) * actors.size());
                            comeLater(i % actors.size() == turn ? i % MOST_LATE : 0);
                            invoke(actor, meetings[i]);
                        }
                        return null;
                    }));
                }
                for (Future<?> actor : running) {
                    actor.get(1, TimeUnit.MINUTES);
                }
                for (Object[] meeting : meetings) {
                    invoke(arbiter, meeting);
                    outcomes.add(Objects.toString(meeting[1]));
                }
            }
        }
        return outcomes;
    }

    private static Stream<Method> methods(Class<?> race, Class<? extends Annotation> annotation) {
        return Arrays.stream(race.getMethods()).filter(method -> method.isAnnotationPresent(annotation));
    }

    private static void invoke(Method method, Object[] meeting) throws ReflectiveOperationException {
        if (method.getParameterCount() == 0) {
            method.invoke(meeting[0]);
        } else {
            method.invoke(meeting[0], meeting[1]);
        }
    }

    private static void comeLater(int turns) {
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }

    /** Until all are here: without a wait that wakes one after the other. */
    private static void meet(AtomicInteger arrived, int all) {
        arrived.incrementAndGet();
        for (int spins = 0; arrived.get() < all; spins++) {
            if (spins < 1000) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(1); // one of them has no processor
            }
        }
    }
}
