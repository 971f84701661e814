package io.tidemark.simulation;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.Headers;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The one thing that is asked for, in the real types. */
final class Product {
    static final PurgeSubject SUBJECT =
            new PurgeSubject(List.of("shop.example", "origin.internal"), "/products/42", null, Set.of("product:42"));
    static final PurgeSubject TAGS_UNKNOWN = new PurgeSubject(SUBJECT.hosts(), SUBJECT.path(), null, Set.of());
    static final CacheKey KEY = CacheKey.of(
            "products", new PresentedRequest("GET", "https", "shop.example", "/products/42", null, Headers.empty()));

    /** Every one of them covers it. */
    static final List<Target> TARGETS = List.of(
            Target.tag("product:42"),
            Target.tag("product:42"),
            Target.url("/products/42"),
            new Target(Target.Kind.PREFIX, "https://shop.example/products/"),
            new Target(Target.Kind.PATTERN, "/products/*"),
            new Target(Target.Kind.HOST, "origin.internal"),
            Target.all());

    /** None of them does. */
    static final List<Target> OTHERS =
            List.of(Target.tag("product:43"), Target.url("/products/4"), new Target(Target.Kind.PATTERN, "/*"));

    private static final StoredBody NOTHING = StoredBody.complete(new byte[0]);

    private Product() {}

    static StoredResponse of(int version, Position filledAt, Instant now) {
        return new StoredResponse(
                new ResponseHead(200, Headers.of("X-Data-Version", Integer.toString(version)), now, now),
                Variant.ONLY,
                NOTHING,
                filledAt,
                SUBJECT);
    }

    static int version(StoredResponse response) {
        String version = response.headers().first("X-Data-Version");
        return version == null ? 0 : Integer.parseInt(version);
    }
}
