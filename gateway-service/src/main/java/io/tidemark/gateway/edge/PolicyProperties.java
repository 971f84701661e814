package io.tidemark.gateway.edge;

import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.cache.PolicySettings.Consistency;
import io.tidemark.gateway.fill.RoutePolicy;
import io.tidemark.gateway.fill.WhenCutOff;
import io.tidemark.gateway.origin.OriginTimeouts;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.policies.<name>.*}: what a named policy changes of HTTP's own caching rules. With nothing set it is the
 * policy {@code standard}.
 *
 * @param consistency {@code eventual}, or {@code strong}: never stored, straight to the origin
 * @param defaultTtl the lifetime of a response that says nothing of its own; none by default
 * @param overrideTtl the lifetime of every storable response, whatever the origin says; none by default
 * @param negativeTtl the lifetime of a 404, 410 or 5xx that says nothing of its own; none by default
 * @param staleWhileRevalidate the window for responses that name none; none by default
 * @param staleIfError the window for responses that name none; none by default
 * @param earlyRefresh whether a popular response is refreshed before it is stale
 * @param heuristic whether a response without explicit freshness may live by its Last-Modified
 * @param targetedFields targeted Cache-Control fields in the order of their precedence
 * @param storeSetCookie whether responses with Set-Cookie are stored without {@code public} or a targeted field
 * @param maxBodySize the longest body that is stored
 * @param whenCutOff what becomes of stored responses while the gateway is cut off from the purge log
 * @param collapseWait how long a request waits for another's call to the origin before it makes its own
 * @param connectTimeout until a connection to the origin stands
 * @param firstByteTimeout from the request's end to the response's head
 * @param wholeTimeout from the start to the last byte of a response that is stored
 */
record PolicyProperties(
        @DefaultValue("eventual") Consistency consistency,
        @Nullable Duration defaultTtl,
        @Nullable Duration overrideTtl,
        @Nullable Duration negativeTtl,
        @Nullable Duration staleWhileRevalidate,
        @Nullable Duration staleIfError,
        @DefaultValue("false") boolean earlyRefresh,
        @DefaultValue("true") boolean heuristic,

        @DefaultValue({"Tidemark-Cache-Control", "CDN-Cache-Control"})
        List<String> targetedFields,

        @DefaultValue("false") boolean storeSetCookie,
        @DefaultValue("8MB") DataSize maxBodySize,
        @DefaultValue("revalidate") WhenCutOff whenCutOff,
        @DefaultValue("5s") Duration collapseWait,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("15s") Duration firstByteTimeout,
        @DefaultValue("60s") Duration wholeTimeout) {
    RoutePolicy toPolicy(String name) {
        try {
            return new RoutePolicy(
                    new CachePolicy(new PolicySettings(
                            name,
                            consistency,
                            defaultTtl,
                            overrideTtl,
                            negativeTtl,
                            staleWhileRevalidate,
                            staleIfError,
                            earlyRefresh,
                            heuristic,
                            targetedFields,
                            storeSetCookie,
                            maxBodySize.toBytes())),
                    new OriginTimeouts(connectTimeout, firstByteTimeout, wholeTimeout),
                    whenCutOff,
                    collapseWait);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException("tidemark.policies." + name + ": " + invalid.getMessage(), invalid);
        }
    }
}
