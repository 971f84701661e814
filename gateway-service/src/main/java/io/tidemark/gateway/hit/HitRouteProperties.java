package io.tidemark.gateway.hit;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.hit-route.*}.
 *
 * @param enabled whether local hits are answered in front of WebFlux
 * @param indexSize the most that the index of request targets may take, estimated; a quarter of the local store by default
 * @param directSize the most that copies of large bodies may take outside of the heap; an eighth of the local store by default
 */
@ConfigurationProperties(value = "tidemark.hit-route", ignoreUnknownFields = false)
record HitRouteProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable DataSize indexSize,
        @Nullable DataSize directSize) {
    HitRouteProperties {
        if (indexSize != null && indexSize.isNegative()) {
            throw new IllegalArgumentException("tidemark.hit-route.index-size must not be negative: " + indexSize);
        }
        if (directSize != null && directSize.isNegative()) {
            throw new IllegalArgumentException("tidemark.hit-route.direct-size must not be negative: " + directSize);
        }
    }
}
