package io.tidemark.benchmarks;

import io.tidemark.gateway.cache.CacheControl;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Parsing of one Cache-Control line. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CacheControlBenchmark {
    @Param({
        "max-age=60",
        "public, max-age=60, stale-while-revalidate=300, stale-if-error=3600",
        "private=\"set-cookie, x-user\", no-cache=\"x-token\" , MAX-AGE=\"5\",,unknown=\"quoted \\\" text\""
    })
    public String line = "";

    @Benchmark
    public CacheControl parse() {
        return CacheControl.parse(List.of(line));
    }
}
