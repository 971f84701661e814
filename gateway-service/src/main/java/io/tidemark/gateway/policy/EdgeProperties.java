package io.tidemark.gateway.policy;

import io.tidemark.gateway.origin.OriginsProperties;
import io.tidemark.gateway.store.RegionStoreProperties;
import io.tidemark.gateway.store.StoreProperties;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * {@code tidemark.*}: what this gateway does.
 *
 * @param origin where the routes of the shipped profiles lead
 * @param policies the named policies; {@code standard} is there without being named
 * @param store where stored responses are kept
 * @param redis the region's Redis
 * @param origins calls to origins
 * @param readAfter requests with Edge-Read-After
 * @param refresh refreshes that nobody asks for
 * @param shields where the gateways of the regions are, for policies that fill through them
 */
@ConfigurationProperties("tidemark")
public record EdgeProperties(
        @DefaultValue("http://127.0.0.1:8084") URI origin,
        @DefaultValue Map<String, PolicyProperties> policies,
        @NestedConfigurationProperty @DefaultValue StoreProperties store,
        @NestedConfigurationProperty @DefaultValue RegionStoreProperties redis,
        @NestedConfigurationProperty @DefaultValue OriginsProperties origins,
        @DefaultValue ReadAfter readAfter,
        @DefaultValue Refresh refresh,
        @DefaultValue Map<String, URI> shields) {
    /**
     * {@code tidemark.refresh.*}.
     *
     * @param rate the most refreshes a second of the hottest responses, of all policies with {@code refresh-hottest}
     */
    public record Refresh(@DefaultValue("20") int rate) {
        public Refresh {
            if (rate < 1) {
                throw new IllegalArgumentException("tidemark.refresh.rate must be at least 1: " + rate);
            }
        }
    }

    /**
     * {@code tidemark.read-after.*}.
     *
     * @param limit {@code wait}: how long a request waits for the watermark that it asks for, before it goes to the origin
     */
    public record ReadAfter(
            @Name("wait") @DefaultValue("250ms") Duration limit) {}
}
