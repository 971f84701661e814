package io.tidemark.benchmarks;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A request and a stored response as they are in an ordinary shop. */
final class Samples {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:10Z");
    static final Position FILLED_AT = new Position("benchmark", 0);

    private Samples() {}

    static PresentedRequest request(String... more) {
        Headers.Builder headers = Headers.builder()
                .add("Host", "shop.example")
                .add("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
                .add("Accept", "application/json")
                .add("Accept-Encoding", "gzip, deflate, br")
                .add("Cookie", "session=0123456789abcdef");
        for (int i = 0; i < more.length; i += 2) {
            headers.add(more[i], more[i + 1]);
        }
        return new PresentedRequest("GET", "https", "shop.example", "/api/products/42", null, headers.build());
    }

    static PurgeSubject subject() {
        return new PurgeSubject(
                List.of("shop.example", "origin.internal"), "/api/products/42", null, Set.of("product:42", "products"));
    }

    static StoredResponse stored(int bodyBytes) {
        Headers headers = Headers.of(
                "Date", "Thu, 01 Jan 2026 00:00:00 GMT",
                "Content-Type", "application/json",
                "Content-Length", Integer.toString(bodyBytes),
                "Cache-Control", "max-age=60, stale-while-revalidate=300, stale-if-error=3600",
                "ETag", "\"v7\"",
                "Cache-Groups", "\"product:42\", \"products\"",
                "X-Data-Version", "7");
        Instant then = NOW.minusSeconds(10);
        return new StoredResponse(
                new ResponseHead(200, headers, then, then),
                Variant.ONLY,
                StoredBody.complete(new byte[bodyBytes]),
                FILLED_AT,
                subject());
    }
}
