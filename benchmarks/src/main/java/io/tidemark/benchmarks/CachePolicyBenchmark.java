package io.tidemark.benchmarks;

import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.Candidate;
import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.cache.Trust;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The decision for one request and one stored response. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CachePolicyBenchmark {
    private final CachePolicy policy = new CachePolicy(PolicySettings.standard());
    private final PresentedRequest plain = Samples.request();
    private final PresentedRequest reload = Samples.request("Cache-Control", "no-cache");
    private List<Candidate> valid = List.of();
    private List<Candidate> purged = List.of();

    @Setup
    public void store() {
        valid = List.of(new Candidate(Samples.stored(1024), PurgeVerdict.VALID));
        purged = List.of(new Candidate(Samples.stored(1024), PurgeVerdict.ABSENT));
    }

    @Benchmark
    public CacheDecision freshHit() {
        return policy.decide(plain, valid, Trust.TRUSTED, Samples.NOW);
    }

    @Benchmark
    public CacheDecision staleHit() {
        return policy.decide(plain, valid, Trust.TRUSTED, Samples.NOW.plusSeconds(100));
    }

    @Benchmark
    public CacheDecision reloaded() {
        return policy.decide(reload, valid, Trust.TRUSTED, Samples.NOW);
    }

    @Benchmark
    public CacheDecision purged() {
        return policy.decide(plain, purged, Trust.TRUSTED, Samples.NOW);
    }
}
