package io.tidemark.gateway.edge;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.client-purges.*}: what clients' unsafe requests make invalid (RFC 9111 §4.4).
 *
 * @param enabled whether they make anything invalid
 * @param perClient the most unsafe requests a second of one client, twice as many at once
 * @param perSecond the most of all clients of this gateway together, twice as many at once
 * @param pendingPerClient the most of one client that are under way, or whose purges the log does not have yet
 */
@ConfigurationProperties(value = "tidemark.client-purges", ignoreUnknownFields = false)
public record ClientPurgeProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("1000") int perClient,
        @DefaultValue("5000") int perSecond,
        @DefaultValue("768") int pendingPerClient) {
    public ClientPurgeProperties {
        check("per-client", perClient);
        check("per-second", perSecond);
        check("pending-per-client", pendingPerClient);
    }

    private static void check(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("tidemark.client-purges." + name + " must be at least 1: " + value);
        }
    }
}
