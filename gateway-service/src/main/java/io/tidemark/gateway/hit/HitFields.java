package io.tidemark.gateway.hit;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.cache.CacheStatus.Summary;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.identity.GatewayIdentity;
import java.nio.charset.StandardCharsets;

/** The fields of hits: those that are stored, and those that say how the answer was made. Immutable. */
final class HitFields {
    static final AsciiString AGE = AsciiString.cached("Age");

    static final AsciiString REQUEST_ID = AsciiString.cached(RequestId.HEADER);
    private static final AsciiString CACHE_STATUS = AsciiString.cached(CacheStatus.FIELD);
    private static final AsciiString SUMMARY = AsciiString.cached(Summary.FIELD);
    private static final AsciiString COLO = AsciiString.cached(EdgeFields.COLO);
    private static final AsciiString DATA_AGE = AsciiString.cached(EdgeFields.DATA_AGE);
    private static final AsciiString HIT = AsciiString.cached(Summary.HIT.name());
    private static final AsciiString STALE = AsciiString.cached(Summary.STALE.name());

    private final String cacheName;
    private final AsciiString colo;
    private final byte[] idLine;
    private final byte[] statusLine;
    private final byte[] freshLines;
    private final byte[] staleLines;

    HitFields(GatewayIdentity gateway) {
        this.cacheName = gateway.cacheName();
        this.colo = AsciiString.cached(gateway.colo());
        this.idLine = ascii(line(RequestId.HEADER));
        this.statusLine = ascii(line(CacheStatus.FIELD) + cacheName + "; hit; ttl=");
        String rest = line(EdgeFields.COLO) + gateway.colo() + line(EdgeFields.DATA_AGE);
        this.freshLines = ascii(line(Summary.FIELD) + Summary.HIT + rest);
        this.staleLines = ascii(line(Summary.FIELD) + Summary.STALE + rest);
    }

    /** All fields of the answer, for Netty's encoder of HTTP/1.1. */
    HttpHeaders of(Hit hit) {
        if (hit instanceof Hit.Plain plain && plain.head().isAsEncoded()) {
            return encoded(plain);
        }
        HttpHeaders fields = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        writeTo(fields, hit);
        return fields;
    }

    /** Adds all fields of the answer. */
    void writeTo(HttpHeaders fields, Hit hit) {
        hit.writeStoredFields(fields);
        fields.set(REQUEST_ID, hit.requestId());
        fields.add(CACHE_STATUS, cacheStatus(hit));
        fields.set(SUMMARY, hit.isFresh() ? HIT : STALE);
        fields.set(COLO, colo);
        fields.set(DATA_AGE, Long.toString(hit.dataAgeMs()));
    }

    private HttpHeaders encoded(Hit.Plain hit) {
        int length = hit.length();
        return new EncodedFields(AGE, length)
                .add(hit.age().toSeconds())
                .add(
                        hit.head().lines(),
                        length) // first: this cache's member of Cache-Status comes after those of others
                .add(idLine)
                .add(hit.requestId())
                .add(statusLine)
                .add(hit.served().freshness().ttl().toSeconds())
                .add(hit.isFresh() ? freshLines : staleLines)
                .add(hit.dataAgeMs());
    }

    /** The value of {@code Cache-Status}. */
    String cacheStatus(Hit hit) {
        return CacheStatus.hit(hit.served().freshness().ttl()).text(cacheName);
    }

    private static String line(String name) {
        return "\r\n" + name + ": ";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
