package io.tidemark.gateway.analytics;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.analytics.*}: one record of each request, to an endpoint or to a topic; off unless one of them is set.
 *
 * @param endpoint takes batches by POST, one JSON object a line (application/x-ndjson); any 2xx takes them
 * @param headers fields that are sent there, a token for one
 * @param topic of Kafka's, which is to be there; one record for each request, without a key
 * @param timeout how long a batch may take
 * @param batch the most records that are sent at once
 * @param waiting the most that wait; what finds no room is dropped
 */
@ConfigurationProperties("tidemark.analytics")
public record AnalyticsProperties(
        @Nullable URI endpoint,
        @DefaultValue Map<String, String> headers,
        @Nullable String topic,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("500") int batch,
        @DefaultValue("16384") int waiting) {
    private static final int MOST = 1 << 20;

    public AnalyticsProperties {
        headers = Map.copyOf(headers);
        if (endpoint != null && topic != null) {
            throw new IllegalArgumentException(
                    "tidemark.analytics.endpoint and tidemark.analytics.topic exclude each other");
        }
        if (endpoint != null
                && (endpoint.getHost() == null
                        || !String.valueOf(endpoint.getScheme()).matches("https?"))) {
            throw new IllegalArgumentException(
                    "tidemark.analytics.endpoint is not a URL as http://collector:8080/requests: " + endpoint);
        }
        if (topic != null && topic.isBlank()) {
            throw new IllegalArgumentException("tidemark.analytics.topic must not be empty");
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("tidemark.analytics.timeout must be positive: " + timeout);
        }
        if (waiting < 2 || waiting > MOST) {
            throw new IllegalArgumentException("tidemark.analytics.waiting must be 2 to " + MOST + ": " + waiting);
        }
        if (batch < 1 || batch > waiting) {
            throw new IllegalArgumentException(
                    "tidemark.analytics.batch must be 1 to tidemark.analytics.waiting: " + batch);
        }
    }
}
