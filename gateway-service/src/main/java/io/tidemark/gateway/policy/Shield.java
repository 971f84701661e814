package io.tidemark.gateway.policy;

import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.OriginTimeouts;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;

/**
 * Another region's gateways, through which this one fills, so that the origin sees one region.
 *
 * <p>The shield is asked to serve nothing older than this gateway's watermark at the sending ({@code Edge-Read-After}), so
 * its answer may be stored under that position as the origin's own would be: a purge up to there counted for the shield too,
 * and a later one covers it here. Its age comes with it in {@code Age}. A request that has been through a gateway already
 * (RFC 8586, {@code CDN-Loop}) is not sent to a shield again, so that regions may shield each other.
 *
 * @param region its region
 * @param address its gateways
 * @param ownRegion the region that asks
 * @param limit until the head of its answer; then it is skipped
 */
public record Shield(String region, URI address, String ownRegion, Duration limit) {
    private static final String CDN_LOOP = "CDN-Loop";
    private static final String CDN_ID = "tidemark";
    private static final Duration LONGEST_CONNECT = Duration.ofMillis(500);

    /** What a shield says of its own answer, which is not the origin's. */
    private static final String[] OF_ITS_OWN = {
        CacheStatus.Summary.FIELD, EdgeFields.COLO, EdgeFields.DATA_AGE, RequestId.HEADER, EdgeFields.STALENESS
    };

    /** Whether a request may go through a shield: it has not been through a gateway yet. */
    public static boolean isFor(PresentedRequest presented) {
        String passed = presented.headers().combined(CDN_LOOP);
        return passed == null || !passed.toLowerCase(Locale.ROOT).contains(CDN_ID);
    }

    /**
     * The request for the shield.
     *
     * @param direct what the origin would be sent
     * @param sentAt the watermark, read right before
     */
    public OriginRequest request(OriginRequest direct, PresentedRequest presented, Position sentAt) {
        String path = address.getRawPath();
        String prefix = path == null ? "" : path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        String query = presented.query();
        String target = prefix + presented.path() + (query == null ? "" : '?' + query);
        Headers fields = direct.headers().toBuilder()
                .set("Host", presented.authority())
                .set(EdgeFields.READ_AFTER, sentAt.toString())
                .add(CDN_LOOP, CDN_ID + ";region=" + ownRegion)
                .build();
        OriginTimeouts given = direct.timeouts();
        return new OriginRequest(
                direct.method(),
                address,
                target,
                fields,
                null,
                new OriginTimeouts(
                        shorter(given.connect(), LONGEST_CONNECT), shorter(given.firstByte(), limit), given.whole()),
                direct.interim(),
                direct.span());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * Whether the shield answered for itself and not for the origin: then the origin is asked without it. Of what it refuses
     * before its cache is asked, it says no {@code X-Cache-Status}; a 400 may be of a log whose end it does not know yet.
     */
    public static boolean isRefusal(OriginAnswer answer) {
        String type = answer.headers().first("Content-Type");
        if (type == null || !type.startsWith("application/problem+json")) {
            return false;
        }
        boolean isOfItsCache = answer.headers().has(CacheStatus.Summary.FIELD);
        return isOfItsCache ? answer.status() == 400 || answer.status() >= 500 : answer.status() >= 400;
    }

    /** The answer as the origin's. */
    public static OriginAnswer asOrigins(OriginAnswer answer) {
        return new OriginAnswer(
                answer.status(),
                answer.headers().without(OF_ITS_OWN),
                answer.requestTime(),
                answer.responseTime(),
                answer.skew(),
                answer.body());
    }
}
