package io.tidemark.benchmarks;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Trace;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.contracts.Position;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to record a miss: the request, the cache, Redis, the origin, with what they say of themselves. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TracingBenchmark {
    private @Nullable Trace last;
    private final Tracing tracing = new Tracing(
            _ -> false,
            Duration.ofSeconds(2),
            false,
            List.of(trace -> last = trace),
            InstantSource.system(),
            System::nanoTime);
    private final String id = RequestId.next();
    private final URI uri = URI.create("http://shop.example/api/products/42?color=red");
    private final Position position = new Position("kXy0Zk9BQ0e8h5v7Qk2l3A", 12_345_678);

    private record Fact(Instant at, String text) {}

    @Benchmark
    public @Nullable Trace miss() {
        return miss(tracing.begin(id, null, Span.Kind.SERVER, "GET"));
    }

    /** The same where nobody listens. */
    @Benchmark
    public @Nullable Trace unrecorded() {
        return miss(Tracing.OFF.begin(id, null, Span.Kind.SERVER, "GET"));
    }

    private @Nullable Trace miss(Span request) {
        request.set("http.request.method", "GET")
                .set("url.scheme", uri.getScheme())
                .set("url.path", uri.getRawPath());
        Span cache = request.child(Span.Kind.INTERNAL, "cache");
        decided(cache);
        Span redis = cache.child(Span.Kind.CLIENT, "GET redis")
                .set("db.system.name", "redis")
                .set("db.operation.name", "GET");
        redis.set("db.response.returned_rows", 0).end();
        decided(cache);
        cache.set("tidemark.purge.position", position);
        Span origin = cache.child(Span.Kind.CLIENT, "GET")
                .set("http.request.method", "GET")
                .set("server.address", uri.getHost())
                .set("server.port", 8080);
        origin.set("http.response.status_code", 200).end();
        request.named("GET products").set("http.route", "products");
        cache.set("tidemark.cache.status", TimeUnit.SECONDS)
                .set("tidemark.cache.stored", true)
                .set("tidemark.cache.collapsed", false)
                .set("tidemark.cache.fwd", "uri-miss")
                .end();
        request.answered();
        request.set("http.response.status_code", 200)
                .set("tidemark.cache.status", "MISS")
                .set("tidemark.data.version", "7")
                .end();
        return last;
    }

    private static void decided(Span cache) {
        cache.set("tidemark.cache.decision", "fetch from the origin: uri-miss");
        if (cache.isRecorded()) {
            cache.note(new Fact(Samples.NOW, "fetch from the origin: uri-miss"));
        }
    }
}
