package io.tidemark.writequeue.personal;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;

/**
 * {@code tidemark.writes.personal.*}: how writes of single persons are sealed.
 *
 * @param subjectKeys by which names are made that stand for persons: {@code tidemark.state.subject-keys} of the gateways
 * @param dataKeys that seal persons' data keys in this service's Redis, each {@code <name>:<at least 32 bytes in base64>}; those of a
 *     region ({@code tidemark.region}) whose Redis it shares
 * @param dataKeyLifetime how long a person's data key is kept that nobody uses; longer than writes wait and dead letters are kept
 * @param keyStore where data keys lie, as {@code spring.data.redis.*} says it of this service's Redis; by default there. The same as
 *     the {@code tidemark.state.key-store} of the region whose Redis it shares
 * @param timeout the most that a question for a data key may take
 */
@ConfigurationProperties(value = "tidemark.writes.personal", ignoreUnknownFields = false)
public record PersonalProperties(
        @DefaultValue List<String> subjectKeys,
        @DefaultValue List<String> dataKeys,
        @DefaultValue("90d") Duration dataKeyLifetime,
        @Nullable DataRedisProperties keyStore,
        @DefaultValue("2s") Duration timeout) {
    public PersonalProperties {
        subjectKeys = List.copyOf(subjectKeys);
        dataKeys = List.copyOf(dataKeys);
        if (!dataKeyLifetime.isPositive()) {
            throw new IllegalArgumentException(
                    "tidemark.writes.personal.data-key-lifetime must be positive: " + dataKeyLifetime);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("tidemark.writes.personal.timeout must be positive: " + timeout);
        }
        if (subjectKeys.isEmpty() != dataKeys.isEmpty()) {
            throw new IllegalArgumentException(
                    "tidemark.writes.personal needs both, subject-keys and data-keys, or neither");
        }
    }

    /** Whether persons' writes can be sealed. */
    public boolean isConfigured() {
        return !dataKeys.isEmpty();
    }
}
