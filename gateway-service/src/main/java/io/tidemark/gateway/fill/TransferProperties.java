package io.tidemark.gateway.fill;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.transfers.*}: how long clients may take over their parts of a transfer.
 *
 * @param readIdle a client that takes nothing of its response for so long loses its connection
 * @param readBehind the same for one of several clients that read the same response while it comes, where it is not stored:
 *     the others wait for it
 */
@ConfigurationProperties(value = "tidemark.transfers", ignoreUnknownFields = false)
public record TransferProperties(
        @DefaultValue("30s") Duration readIdle,
        @DefaultValue("5s") Duration readBehind) {
    public TransferProperties {
        check(readIdle.isPositive(), "read-idle must be positive: " + readIdle);
        check(readBehind.isPositive(), "read-behind must be positive: " + readBehind);
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.transfers." + what);
        }
    }

    public SlowReaders toSlowReaders() {
        return new SlowReaders(readIdle, readBehind);
    }
}
