package io.tidemark.gateway.overload;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.clients.*}: what one client may have under way of what the hit route does not answer. A client is an address,
 * of IPv6 the first 64 bits; behind proxies that {@code tidemark.forwarded} trusts it is the one that they name.
 *
 * @param maxRequests the most requests at a time; by default half of what the budget has room for
 * @param maxUploads the most requests with content at a time
 * @param rate requests a second; 0: any number
 * @param burst how many may come at once after a pause, before the rate counts; by default those of two seconds
 */
@ConfigurationProperties(value = "tidemark.clients", ignoreUnknownFields = false)
record ClientProperties(
        @Nullable Integer maxRequests,
        @DefaultValue("256") int maxUploads,
        @DefaultValue("0") int rate,
        @Nullable Integer burst) {
    ClientProperties {
        check(maxRequests == null || maxRequests >= 1, "max-requests must be at least 1");
        check(maxUploads >= 1, "max-uploads must be at least 1");
        check(rate >= 0 && rate <= 1_000_000, "rate must be 0 to 1,000,000");
        check(burst == null || burst >= 1, "burst must be at least 1");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.clients." + what);
        }
    }

    /** @param room how many requests the budget has room for */
    int requests(long room) {
        return maxRequests != null ? maxRequests : Math.clamp(room / 2, 1, Integer.MAX_VALUE);
    }

    int bursts() {
        return burst != null ? burst : Math.max(1, 2 * rate);
    }
}
