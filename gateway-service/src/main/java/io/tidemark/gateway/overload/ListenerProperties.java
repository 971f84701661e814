package io.tidemark.gateway.overload;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.listener.*}: what clients may do with connections to the gateway's own port.
 *
 * @param maxConnections the most connections at a time; by default one for each 20 KiB of the heap, 50,000 at most
 * @param maxConnectionsPerClient the most of one address; by default three quarters of those
 * @param headTimeout how long a request's head may take from its first byte to its last
 * @param writeTimeout how long a client may take nothing of its answer; a sixth of that while the budget is half used
 * @param maxStreams the most requests at a time on one HTTP/2 connection
 * @param maxPipelined the most requests that wait on one HTTP/1.1 connection while the client does not read
 */
@ConfigurationProperties(value = "tidemark.listener", ignoreUnknownFields = false)
record ListenerProperties(
        @Nullable Integer maxConnections,
        @Nullable Integer maxConnectionsPerClient,
        @DefaultValue("10s") Duration headTimeout,
        @DefaultValue("30s") Duration writeTimeout,
        @DefaultValue("100") int maxStreams,
        @DefaultValue("100") int maxPipelined) {
    private static final int BYTES_OF_ONE = 20 * 1024;
    private static final int MANY = 50_000;

    ListenerProperties {
        check(maxConnections == null || maxConnections >= 1, "max-connections must be at least 1");
        check(
                maxConnectionsPerClient == null || maxConnectionsPerClient >= 1,
                "max-connections-per-client must be at least 1");
        check(headTimeout.isPositive(), "head-timeout must be positive");
        check(writeTimeout.isPositive(), "write-timeout must be positive");
        check(maxStreams >= 1, "max-streams must be at least 1");
        check(maxPipelined >= 1, "max-pipelined must be at least 1");
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.listener." + what);
        }
    }

    int connections(long heapBytes) {
        return maxConnections != null ? maxConnections : Math.clamp(heapBytes / BYTES_OF_ONE, 1, MANY);
    }

    int connectionsPerClient(long heapBytes) {
        return maxConnectionsPerClient != null ? maxConnectionsPerClient : Math.max(1, connections(heapBytes) / 4 * 3);
    }
}
