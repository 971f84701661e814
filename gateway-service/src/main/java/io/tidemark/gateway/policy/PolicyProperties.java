package io.tidemark.gateway.policy;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.KeySettings;
import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.cache.PolicySettings.Consistency;
import io.tidemark.gateway.origin.OriginTimeouts;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.policies.<name>.*}: what a named policy changes of HTTP's own caching rules. Its defaults are on the
 * safe side of them; see {@code docs/gateway-service.md}.
 *
 * @param consistency {@code eventual}, or {@code strong}: never stored, straight to the origin
 * @param defaultTtl the lifetime of a response that says nothing of its own; none by default
 * @param overrideTtl the lifetime of every storable response, whatever the origin says; none by default
 * @param negativeTtl the lifetime of a 404, 410 or 5xx that says nothing of its own; none by default
 * @param staleWhileRevalidate the window for responses that name none; none by default
 * @param staleIfError the window for responses that name none; none by default
 * @param earlyRefresh whether a popular response is refreshed before it is stale
 * @param heuristic whether a response without explicit freshness may live by its Last-Modified
 * @param storeSetCookie whether a response with Set-Cookie is stored when the origin gives it an explicit lifetime; else only
 *     with {@code public} or a targeted field
 * @param checkType whether a response is stored only if its type agrees with its path's extension
 * @param storeClientErrors whether a 4xx that depends on the request as a whole (400, 401, 403, …) is stored without Vary
 * @param forcedInterval the least time between two calls to the origin that clients force for one key ({@code no-cache},
 *     {@code If-Match}, …) though a stored response could be served; 0: no limit
 * @param maxBodySize the longest body that is stored
 * @param key what the cache key is made of beside the URL
 * @param versionFrom {@code tag:<tag>} or {@code url:<absolute URL>}: a version in each key, so that a bump of it alone makes
 *     every response a new one; none by default
 * @param versionMaxAge how long an answer of {@code url:} counts
 * @param refillConcurrency how many calls to the origin may fill the cache of one route at a time, refreshes included; 0: any
 *     number
 * @param refillWaiting how many calls of one route may wait for their turn, each for {@code collapseWait} at most
 * @param whenCutOff what becomes of stored responses while the gateway is cut off from the purge log
 * @param collapseWait how long a request waits for another's call to the origin before it makes its own
 * @param connectTimeout until a connection to the origin stands
 * @param firstByteTimeout from the request's end to the response's head
 * @param wholeTimeout from the start to the last byte of a response that is stored
 * @param defaultResponse what is answered where the origin gave no response and nothing stored can stand in; a problem by
 *     default
 * @param refreshHottest how many of the most asked-for responses are refreshed before their lifetime ends; none by default
 * @param shield the region through whose gateways fills go; its address is {@code tidemark.shields.<region>}
 * @param personal whether responses are stored for one verified user each, {@code Cache-Control: private} ones too, and for nobody else
 * @param personalTtl the longest lifetime of those
 * @param shieldTimeout until the head of the shield's answer, no longer than {@code firstByteTimeout}; then the origin is asked
 */
@ConfigurationPropertiesSource
record PolicyProperties(
        @DefaultValue("eventual") Consistency consistency,
        @Nullable Duration defaultTtl,
        @Nullable Duration overrideTtl,
        @Nullable Duration negativeTtl,
        @Nullable Duration staleWhileRevalidate,
        @Nullable Duration staleIfError,
        @DefaultValue("false") boolean earlyRefresh,
        @DefaultValue("true") boolean heuristic,

        @DefaultValue("false") boolean storeSetCookie,
        @DefaultValue("true") boolean checkType,
        @DefaultValue("false") boolean storeClientErrors,
        @DefaultValue("1s") Duration forcedInterval,
        @DefaultValue("8MB") DataSize maxBodySize,
        @DefaultValue Key key,
        @Nullable String versionFrom,
        @DefaultValue("5s") Duration versionMaxAge,
        @DefaultValue("128") int refillConcurrency,
        @DefaultValue("1024") int refillWaiting,
        @DefaultValue("revalidate") WhenCutOff whenCutOff,
        @DefaultValue("5s") Duration collapseWait,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("15s") Duration firstByteTimeout,
        @DefaultValue("60s") Duration wholeTimeout,
        @Nullable Default defaultResponse,
        @DefaultValue("0") int refreshHottest,
        @Nullable String shield,
        @DefaultValue("5s") Duration shieldTimeout,
        @DefaultValue("false") boolean personal,
        @DefaultValue("30s") Duration personalTtl) {
    /**
     * {@code tidemark.policies.<name>.default-response.*}.
     *
     * @param status of the response
     * @param contentType of its body
     * @param body in UTF-8
     */
    record Default(
            @DefaultValue("503") int status,
            @DefaultValue("text/plain;charset=UTF-8") String contentType,
            @DefaultValue("") String body) {}

    /**
     * {@code tidemark.policies.<name>.key.*}.
     *
     * @param keepParameters the only query parameters that count; all by default
     * @param dropParameters query parameters that do not count
     * @param sortParameters whether the order of query parameters does not count
     * @param headers request fields that count
     * @param cookies cookies that count
     * @param claims claims of the user's token that count; see {@link TokenProperties}
     * @param keepHeaders the only request fields that a GET or HEAD has, beside those that count; all by default
     */
    record Key(
            @Nullable Set<String> keepParameters,
            @DefaultValue Set<String> dropParameters,
            @DefaultValue("false") boolean sortParameters,
            @DefaultValue List<String> headers,
            @DefaultValue List<String> cookies,
            @DefaultValue List<String> claims,
            @Nullable Set<String> keepHeaders) {
        KeySettings toSettings(@Nullable Duration ofOneUser) {
            return new KeySettings(
                    keepParameters, dropParameters, sortParameters, headers, cookies, claims, keepHeaders, ofOneUser);
        }
    }

    /**
     * The policy.
     *
     * @param resolved the shield, null for none and for the shield itself
     * @param versions makes what the keys have beside the URL
     * @param metrics where its limits are seen
     */
    RoutePolicy toPolicy(String name, @Nullable Shield resolved, KeyVersions versions, MeterRegistry metrics) {
        if (personal && (resolved != null || shield != null)) {
            throw new IllegalArgumentException("tidemark.policies." + name
                    + ": what is personal goes through no other region; leave personal or shield out");
        }
        if (personalTtl.isNegative()) {
            throw new IllegalArgumentException(
                    "tidemark.policies." + name + ".personal-ttl must not be negative: " + personalTtl);
        }
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
                            storeSetCookie,
                            checkType,
                            storeClientErrors,
                            forcedInterval,
                            maxBodySize.toBytes(),
                            key.toSettings(personal ? personalTtl : null))),
                    new OriginTimeouts(connectTimeout, firstByteTimeout, wholeTimeout),
                    whenCutOff,
                    collapseWait,
                    defaultResponse == null
                            ? null
                            : new DefaultResponse(
                                    defaultResponse.status, defaultResponse.contentType, defaultResponse.body),
                    refreshHottest,
                    resolved,
                    versions.of(versionFrom, versionMaxAge),
                    refillConcurrency == 0
                            ? RefillLimits.NONE
                            : new RefillLimits(refillConcurrency, refillWaiting, collapseWait, metrics),
                    null,
                    null);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException("tidemark.policies." + name + ": " + invalid.getMessage(), invalid);
        }
    }
}
