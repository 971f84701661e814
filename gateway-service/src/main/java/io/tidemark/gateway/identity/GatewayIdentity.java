package io.tidemark.gateway.identity;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.region} and {@code tidemark.colo}: who this gateway is.
 *
 * @param region whose Redis, whose receipts
 * @param colo this gateway; part of its name in Cache-Status and Via
 */
@ConfigurationProperties("tidemark")
public record GatewayIdentity(
        @DefaultValue("local") String region,
        @DefaultValue("local") String colo) {
    public GatewayIdentity {
        if (!colo.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException("tidemark.colo must be of A-Z a-z 0-9 . _ -, not \"" + colo + '"');
        }
    }

    /** The cache's name in Cache-Status and Via. */
    public String cacheName() {
        return "tidemark-" + colo;
    }
}
