package io.tidemark.writequeue.status;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What clients may leave behind before nothing more is accepted of them. Those without a name are one client.
 *
 * @param clientWaiting accepted and unfinished writes of one client
 * @param clientLetters what the dead letters of one client take, in the log and in Redis
 * @param letters what all dead letters take
 */
@ConfigurationProperties(prefix = "tidemark.writes.quotas", ignoreUnknownFields = false)
public record QuotaProperties(
        @DefaultValue("50000") int clientWaiting,
        @DefaultValue("32MB") DataSize clientLetters,
        @DefaultValue("256MB") DataSize letters) {
    public QuotaProperties {
        if (clientWaiting < 1) {
            throw new IllegalArgumentException("tidemark.writes.quotas.client-waiting must be at least 1");
        }
        if (clientLetters.toBytes() < 1 || letters.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "tidemark.writes.quotas.client-letters and tidemark.writes.quotas.letters must be positive");
        }
    }
}
