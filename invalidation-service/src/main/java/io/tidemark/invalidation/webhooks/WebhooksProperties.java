package io.tidemark.invalidation.webhooks;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of the signed requests.
 *
 * @param maxBody the largest body; holds 1,000 targets of 1,000 characters
 * @param bodyTimeout how long a body may take to arrive
 * @param bodyMemory what the bodies of all requests and what is made of them may take at once, shared among the sources that send;
 *     unless it is set, an eighth of the heap
 * @param publishTimeout how long a request waits for the purge log before it is answered 503
 */
@ConfigurationProperties(value = "tidemark.webhooks", ignoreUnknownFields = false)
public record WebhooksProperties(
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("10s") Duration bodyTimeout,
        @Nullable DataSize bodyMemory,
        @DefaultValue("5s") Duration publishTimeout) {
    private static final long LARGEST_BODY = 256 << 20;
    private static final long SHARE_OF_HEAP = 8;

    /** What one body takes at most while it is read and understood, in bodies. */
    private static final long UNDERSTOOD = 8;

    /** Of two sources each has room for one. */
    private static final long BODIES = 2 * UNDERSTOOD;

    private static final Duration LONGEST_BODY_TIMEOUT = Duration.ofHours(1);

    public WebhooksProperties {
        if (maxBody.toBytes() < 1 || maxBody.toBytes() > LARGEST_BODY) {
            throw new IllegalArgumentException("tidemark.webhooks.max-body must be between 1B and 256MB: " + maxBody);
        }
        if (!bodyTimeout.isPositive() || bodyTimeout.compareTo(LONGEST_BODY_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "tidemark.webhooks.body-timeout must be positive and at most 1h: " + bodyTimeout);
        }
        if (bodyMemory == null) {
            bodyMemory = DataSize.ofBytes(
                    Math.max(BODIES * maxBody.toBytes(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP));
        }
        if (bodyMemory.toBytes() < BODIES * maxBody.toBytes()) {
            throw new IllegalArgumentException("tidemark.webhooks.body-memory must be at least " + BODIES
                    + " times max-body " + maxBody + ": " + bodyMemory);
        }
        if (!publishTimeout.isPositive() || publishTimeout.compareTo(ReplayGuard.CLAIM.minusSeconds(5)) > 0) {
            throw new IllegalArgumentException("tidemark.webhooks.publish-timeout must be positive and at most "
                    + ReplayGuard.CLAIM.minusSeconds(5).toSeconds() + "s: " + publishTimeout);
        }
    }

    /** {@link #bodyMemory}, in bytes. */
    long bodyBytes() {
        return Objects.requireNonNull(bodyMemory).toBytes();
    }

    /** What one body may take of it, in bytes. */
    long oneBodyBytes() {
        return UNDERSTOOD * maxBody.toBytes();
    }
}
