package io.tidemark.benchmarks;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeMemo;
import java.time.Duration;
import java.time.Instant;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Whether a stored response may be used, by how many tags were purged since it was stored, none of them its own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class PurgeLedgerBenchmark {
    private static final String EPOCH = Samples.FILLED_AT.epoch();

    @Param({"0", "100", "1000000"})
    public int purgedTags;

    private final PurgeSubject subject = Samples.subject();
    private final PurgeMemo memo = new PurgeMemo();
    private final Position filledAt = new Position(EPOCH, Position.NOTHING_APPLIED);
    private PurgeLedger ledger = new PurgeLedger(EPOCH, PurgeLedger.Limits.DEFAULT);

    @Setup
    public void purge() {
        ledger = new PurgeLedger(EPOCH, new PurgeLedger.Limits(2_000_000, 2_000, Duration.ofDays(7)));
        for (int offset = 0; offset < purgedTags; offset++) {
            ledger.apply(
                    new Purge(
                            "id" + offset,
                            "catalog",
                            List.of(Target.tag("other:" + offset)),
                            Purge.Mode.HARD,
                            null,
                            Instant.EPOCH),
                    offset,
                    0);
        }
        if (ledger.verdict(subject, filledAt) != PurgeVerdict.VALID || ledger.size() != purgedTags) {
            throw new IllegalStateException(
                    "a ledger of " + ledger.size() + " that says " + ledger.verdict(subject, filledAt));
        }
    }

    /** As for each hit while nothing is purged. */
    @Benchmark
    public PurgeVerdict unchanged() {
        return ledger.verdict(subject, filledAt, memo);
    }

    /** As for the first hit of each response after a purge. */
    @Benchmark
    public PurgeVerdict firstTime() {
        return ledger.verdict(subject, filledAt);
    }
}
