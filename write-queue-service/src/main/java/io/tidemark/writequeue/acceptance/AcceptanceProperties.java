package io.tidemark.writequeue.acceptance;

import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Who may write, and how much at once.
 *
 * @param clientHeader names the client; whoever stands in front of this service sets it, and takes it from the public
 * @param anonymous the client of a request without that header
 * @param operators clients that see, redrive and discard every client's dead letters; others only their own
 * @param maxRequest the largest request body
 */
@ConfigurationProperties("tidemark.writes.acceptance")
public record AcceptanceProperties(
        @DefaultValue("X-Client-Id") String clientHeader,
        @DefaultValue("anonymous") String anonymous,
        @DefaultValue Set<String> operators,
        @DefaultValue("512KB") DataSize maxRequest) {
    public AcceptanceProperties {
        if (maxRequest.toBytes() < 1 || maxRequest.toBytes() > 900_000) {
            throw new IllegalArgumentException(
                    "tidemark.writes.acceptance.max-request must be positive and at most 900000B, the log's limit");
        }
    }
}
