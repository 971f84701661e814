package io.tidemark.invalidation.keys;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Rotation of the gateways' keys.
 *
 * @param promote whether a new key comes into use by itself when all gateways have it and name it first, or when it is asked for
 */
@ConfigurationProperties(value = "tidemark.keys", ignoreUnknownFields = false)
record KeysProperties(@DefaultValue("automatic") Promote promote) {
    enum Promote {
        AUTOMATIC,
        BY_HAND
    }
}
