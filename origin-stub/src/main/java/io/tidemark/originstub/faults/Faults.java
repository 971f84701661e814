package io.tidemark.originstub.faults;

import io.tidemark.originstub.settings.StubProperties;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The faults in force, at most one per path prefix; for a path with several, that of the longest prefix. Thread-safe.
 * Requests that hang are let go when their fault is replaced, when the stub stops, and after {@code stub.max-hang}.
 */
@Component
final class Faults {
    private final Duration maxHang;
    private final int maxPrefixes;
    private volatile List<InForce> inForce = List.of(); // longest prefix first

    Faults(StubProperties properties) {
        this.maxHang = properties.maxHang();
        this.maxPrefixes = properties.maxFaultPrefixes();
    }

    /** A fault and the way to let go of those who wait in it. */
    record InForce(Fault fault, CountDownLatch replaced) {
        /** Waits until the time has passed or the fault is replaced, whichever comes first. */
        void await(Duration time) throws InterruptedException {
            var _ = replaced.await(time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    Duration maxHang() {
        return maxHang;
    }

    Optional<InForce> of(String path) {
        for (InForce candidate : inForce) {
            if (path.startsWith(candidate.fault().path())) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    List<Fault> list() {
        return inForce.stream().map(InForce::fault).toList();
    }

    /**
     * Replaces the faults of the prefix.
     *
     * @throws IllegalArgumentException if there are too many prefixes
     */
    synchronized void replace(Fault fault) {
        List<InForce> others = inForce.stream()
                .filter(f -> !f.fault().path().equals(fault.path()))
                .toList();
        if (!fault.isNone() && others.size() >= maxPrefixes) {
            throw new IllegalArgumentException("faults of " + maxPrefixes + " paths are in force; clear some first");
        }
        List<InForce> before = inForce;
        inForce = fault.isNone()
                ? others
                : java.util.stream.Stream.concat(
                                others.stream(), java.util.stream.Stream.of(new InForce(fault, new CountDownLatch(1))))
                        .sorted(Comparator.comparingInt(
                                (InForce f) -> -f.fault().path().length()))
                        .toList();
        before.stream()
                .filter(f -> !inForce.contains(f))
                .forEach(f -> f.replaced().countDown());
    }

    @EventListener(ContextClosedEvent.class)
    synchronized void clear() {
        List<InForce> before = inForce;
        inForce = List.of();
        before.forEach(f -> f.replaced().countDown());
    }
}
