package io.tidemark.writequeue.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Connections to origins; the gateway has the same properties.
 *
 * @param sslBundle the name of the bundle ({@code spring.ssl.bundle.*}) whose certificates are trusted and presented; null or
 *     empty: those of the JVM
 * @param connectionLife the longest that a connection is used for new requests
 */
@ConfigurationProperties("tidemark.origins")
record OriginConnectionsProperties(
        @Nullable String sslBundle, @DefaultValue("30s") Duration connectionLife) {
    OriginConnectionsProperties {
        if (!connectionLife.isPositive()) {
            throw new IllegalArgumentException("tidemark.origins.connection-life must be positive: " + connectionLife);
        }
    }
}
