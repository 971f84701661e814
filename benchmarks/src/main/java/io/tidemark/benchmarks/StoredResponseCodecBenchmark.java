package io.tidemark.benchmarks;

import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.store.StoredResponseCodec;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A stored response to Redis and back. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class StoredResponseCodecBenchmark {
    @Param({"1024", "102400"})
    public int bodyBytes;

    private StoredResponse response = Samples.stored(0);
    private byte[] record = {};

    @Setup
    public void store() {
        response = Samples.stored(bodyBytes);
        record = StoredResponseCodec.encode(response);
    }

    @Benchmark
    public byte[] encode() {
        return StoredResponseCodec.encode(response);
    }

    @Benchmark
    public StoredResponse decode() {
        return StoredResponseCodec.decode(record);
    }
}
