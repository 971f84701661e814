package io.tidemark.gateway.origin;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one origin may be asked for: a breaker for the whole of it, for each area of its paths (their first two segments) and for
 * each path. What gets no connection is the whole origin's failure. All else is first of all its path's, and counts for the area,
 * and for the whole, only so often: no path stops its area, and no area its origin, unless others fail too. Thread-safe; areas
 * and paths are told apart by hash, and have a breaker once a call has failed there, so their number is bounded.
 */
final class OriginBreaker {
    private static final int AREAS = 64;
    private static final int PATHS = 256;

    /** Failures of one part among the last {@link OriginBreakers#WINDOW} outcomes of what it is a part of. */
    private static final int SHARE = 5;

    private final Part whole;
    private final @Nullable Function<String, CircuitBreaker> makeBreaker;
    private final AtomicReferenceArray<@Nullable Part> areas = new AtomicReferenceArray<>(AREAS);
    private final AtomicReferenceArray<@Nullable Part> paths = new AtomicReferenceArray<>(PATHS);

    /** @param makeBreaker for parts, by name; null: there are none, all failures are the whole's */
    OriginBreaker(CircuitBreaker whole, @Nullable Function<String, CircuitBreaker> makeBreaker) {
        this.whole = new Part(whole);
        this.makeBreaker = makeBreaker;
    }

    private static final class Part {
        private final CircuitBreaker breaker;
        private final AtomicLong outcomes = new AtomicLong();
        private long shareSince; // guarded by this
        private int shareTaken; // guarded by this

        Part(CircuitBreaker breaker) {
            this.breaker = breaker;
        }

        void answered(long nanos) {
            outcomes.incrementAndGet();
            breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        }

        void failed(long nanos, Throwable failure) {
            outcomes.incrementAndGet();
            breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
        }

        /** Whether a failure of this part counts for the larger one, which has had so many outcomes. */
        synchronized boolean mayCount(long outcomesOfLarger) {
            if (outcomesOfLarger - shareSince >= OriginBreakers.WINDOW) {
                shareSince = outcomesOfLarger;
                shareTaken = 0;
            }
            return shareTaken < SHARE && ++shareTaken > 0;
        }
    }

    /** That a call may be made. Whoever has it says what became of the call, once. */
    final class Permit {
        private final String path;
        private final @Nullable Part area;
        private final @Nullable Part part;

        private Permit(String path, @Nullable Part area, @Nullable Part part) {
            this.path = path;
            this.area = area;
            this.part = part;
        }

        void answered(long nanos) {
            whole.answered(nanos);
            if (area != null) {
                area.answered(nanos);
            }
            if (part != null) {
                part.answered(nanos);
            }
        }

        void failed(OriginFailure failure, long nanos) {
            OriginFailure.Reason reason = failure.reason();
            if (reason == OriginFailure.Reason.OVERLOADED) {
                abandoned();
            } else if (makeBreaker == null || reason.isConnect() || reason == OriginFailure.Reason.CONNECT_TIMEOUT) {
                whole.failed(nanos, failure);
                release(area);
                release(part);
            } else {
                Part ofPath = part != null ? part : made(paths, slot(path, PATHS), path);
                String areaName = area(path);
                Part ofArea = area != null ? area : made(areas, slot(areaName, AREAS), areaName);
                ofPath.failed(nanos, failure);
                count(ofPath, ofArea, nanos, failure);
                count(ofArea, whole, nanos, failure);
            }
        }

        /** Nothing is known of it. */
        void abandoned() {
            release(whole);
            release(area);
            release(part);
        }
    }

    private static void count(Part smaller, Part larger, long nanos, Throwable failure) {
        if (smaller.mayCount(larger.outcomes.get())) {
            larger.failed(nanos, failure);
        } else {
            release(larger);
        }
    }

    private static void release(@Nullable Part part) {
        if (part != null) {
            part.breaker.releasePermission();
        }
    }

    /** A permit for a call now, null if none may be made. */
    @Nullable
    Permit tryCall(String path) {
        Part area = areas.get(slot(area(path), AREAS));
        Part part = paths.get(slot(path, PATHS));
        if (!whole.breaker.tryAcquirePermission()) {
            return null;
        }
        if (area != null && !area.breaker.tryAcquirePermission()) {
            release(whole);
            return null;
        }
        if (part != null && !part.breaker.tryAcquirePermission()) {
            release(area);
            release(whole);
            return null;
        }
        return new Permit(path, area, part);
    }

    private Part made(AtomicReferenceArray<@Nullable Part> parts, int slot, String name) {
        Part known = parts.get(slot);
        if (known != null || makeBreaker == null) {
            return known != null ? known : whole;
        }
        Part made = new Part(makeBreaker.apply(name));
        Part first = parts.compareAndExchange(slot, null, made);
        return first == null ? made : first;
    }

    /** The state of the whole, for people. */
    String state() {
        return whole.breaker.getState().name().toLowerCase(Locale.ROOT);
    }

    /** The breakers that can hold this path's calls, from the whole's on. */
    Stream<CircuitBreaker> of(String path) {
        Part area = areas.get(slot(area(path), AREAS));
        Part part = paths.get(slot(path, PATHS));
        return Stream.of(whole, area, part).filter(Objects::nonNull).map(found -> found.breaker);
    }

    /** How many areas are stopped, or are found out about. */
    int stoppedAreas() {
        return stopped(areas);
    }

    /** How many paths are. */
    int stoppedPaths() {
        return stopped(paths);
    }

    private static int stopped(AtomicReferenceArray<@Nullable Part> parts) {
        return (int) IntStream.range(0, parts.length())
                .mapToObj(parts::get)
                .filter(part -> part != null && part.breaker.getState() != CircuitBreaker.State.CLOSED)
                .count();
    }

    private static int slot(String name, int slots) {
        int hash = name.hashCode() * 0x9E3779B9;
        return (hash ^ (hash >>> 16)) & (slots - 1);
    }

    /** {@code /api/products} of {@code /api/products/42/reviews}; of a shorter one all but its last segment. */
    private static String area(String path) {
        int first = path.indexOf('/', 1);
        int second = first < 0 ? -1 : path.indexOf('/', first + 1);
        return second >= 0 ? path.substring(0, second) : first >= 0 ? path.substring(0, first) : "/";
    }
}
