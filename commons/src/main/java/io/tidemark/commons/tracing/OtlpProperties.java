package io.tidemark.commons.tracing;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code management.opentelemetry.tracing.export.otlp.*}: those of Spring Boot, which mean the same here.
 *
 * @param endpoint where spans are sent over HTTP, as {@code http://collector:4318/v1/traces}; not set: nothing is traced
 * @param timeout how long the receiver has for a batch
 * @param connectTimeout how long a connection may take
 * @param compression of what is sent
 * @param headers added to each request
 */
@ConfigurationProperties("management.opentelemetry.tracing.export.otlp")
record OtlpProperties(
        @Nullable String endpoint,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("10s") Duration connectTimeout,
        @DefaultValue("none") Compression compression,
        @DefaultValue Map<String, String> headers) {
    enum Compression {
        NONE,
        GZIP
    }

    private static final String PREFIX = "management.opentelemetry.tracing.export.otlp.";

    OtlpProperties {
        if (endpoint != null && !endpoint.startsWith("http://") && !endpoint.startsWith("https://")) {
            throw new IllegalArgumentException(PREFIX + "endpoint must be a URL of http or https: " + endpoint);
        }
        positive("timeout", timeout);
        positive("connect-timeout", connectTimeout);
    }

    private static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(PREFIX + name + " must be more than nothing, a day at most: " + value);
        }
    }
}
