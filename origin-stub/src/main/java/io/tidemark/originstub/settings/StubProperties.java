package io.tidemark.originstub.settings;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code stub.*}.
 *
 * @param dataDir where effects are kept over a restart, null for nowhere
 * @param maxBodySize the longest request body
 * @param maxStateSize the most that products may take, and orders; past it, writes get 507
 * @param maxIdempotencyKeys how many keys are remembered, the latest
 * @param maxChanges how far the feed of changes goes back
 * @param maxCountedPaths how many paths calls are counted for
 * @param maxFaultPrefixes for how many path prefixes there may be faults
 * @param maxHang the longest that a request hangs
 */
@ConfigurationProperties("stub")
public record StubProperties(
        @Nullable Path dataDir,
        @DefaultValue("16KB") DataSize maxBodySize,
        @DefaultValue("64MB") DataSize maxStateSize,
        @DefaultValue("100000") int maxIdempotencyKeys,
        @DefaultValue("10000") int maxChanges,
        @DefaultValue("200000") int maxCountedPaths,
        @DefaultValue("1000") int maxFaultPrefixes,
        @DefaultValue("5m") Duration maxHang) {
    public StubProperties {
        positive("stub.max-body-size", maxBodySize.toBytes());
        positive("stub.max-state-size", maxStateSize.toBytes());
        positive("stub.max-idempotency-keys", maxIdempotencyKeys);
        positive("stub.max-changes", maxChanges);
        positive("stub.max-counted-paths", maxCountedPaths);
        positive("stub.max-fault-prefixes", maxFaultPrefixes);
        positive("stub.max-hang", maxHang.toMillis());
    }

    private static void positive(String property, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(property + " must be greater than 0: " + value);
        }
    }
}
