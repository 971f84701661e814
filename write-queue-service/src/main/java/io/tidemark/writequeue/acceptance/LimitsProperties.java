package io.tidemark.writequeue.acceptance;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What clients may hold of one instance at once, so that it fits the heap.
 *
 * @param streams of status changes; past them 503
 * @param clientStreams of one client that has a name; past them 429
 * @param waits for writes to end ({@code Prefer: wait}); past them writes are answered without waiting
 * @param bodies of requests that are read and not yet stored, in bytes; past them 503. What is made of a body takes a multiple
 */
@ConfigurationProperties(prefix = "tidemark.writes.limits", ignoreUnknownFields = false)
public record LimitsProperties(
        @DefaultValue("500") int streams,
        @DefaultValue("50") int clientStreams,
        @DefaultValue("500") int waits,
        @DefaultValue("8MB") DataSize bodies) {
    public LimitsProperties {
        if (streams < 0 || clientStreams < 0 || waits < 0) {
            throw new IllegalArgumentException(
                    "tidemark.writes.limits.streams, tidemark.writes.limits.client-streams and"
                            + " tidemark.writes.limits.waits must not be negative");
        }
        if (bodies.toBytes() < 1_000_000 || bodies.toBytes() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("tidemark.writes.limits.bodies must be 1MB to 2GB: " + bodies);
        }
    }
}
