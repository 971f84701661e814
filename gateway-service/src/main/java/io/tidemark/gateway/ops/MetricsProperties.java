package io.tidemark.gateway.ops;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.metrics.*}.
 *
 * @param maxSeries the most time series of one metric
 */
@ConfigurationProperties(value = "tidemark.metrics", ignoreUnknownFields = false)
record MetricsProperties(@DefaultValue("2000") int maxSeries) {
    MetricsProperties {
        if (maxSeries < 1) {
            throw new IllegalArgumentException("tidemark.metrics.max-series must be at least 1: " + maxSeries);
        }
    }
}
