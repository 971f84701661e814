package io.tidemark.writequeue.delivery;

import io.tidemark.commons.origins.DnsSettings;
import io.tidemark.commons.origins.OutlierSettings;
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
 * @param dns how the names of origins are looked up
 * @param outliers when one of several addresses of an origin is left out
 */
@ConfigurationProperties("tidemark.origins")
record OriginConnectionsProperties(
        @Nullable String sslBundle,
        @DefaultValue("30s") Duration connectionLife,
        @DefaultValue DnsSettings dns,
        @DefaultValue OutlierSettings outliers) {
    OriginConnectionsProperties {
        if (!connectionLife.isPositive()) {
            throw new IllegalArgumentException("tidemark.origins.connection-life must be positive: " + connectionLife);
        }
    }
}
