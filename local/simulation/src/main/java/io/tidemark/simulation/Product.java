package io.tidemark.simulation;

import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.http.Headers;
import java.util.List;
import java.util.Locale;

/** The one thing that is asked for: what it looks like in each version, and what purges can call it. */
final class Product {
    static final String URL = "https://shop.example/products/42";
    static final String GROUP = "product:42";
    static final int LENGTH = 8;

    static final CacheKey KEY = CacheKey.of(
            "products", new PresentedRequest("GET", "https", "shop.example", "/products/42", null, Headers.empty()));

    /** Every one of them covers it. */
    static final List<Target> TARGETS = List.of(
            Target.tag(GROUP),
            Target.tag(GROUP),
            Target.url("/products/42"),
            new Target(Target.Kind.PREFIX, "https://shop.example/products/"),
            new Target(Target.Kind.PATTERN, "/products/*"),
            new Target(Target.Kind.HOST, "origin.internal"),
            Target.all());

    /** None of them does. */
    static final List<Target> OTHERS =
            List.of(Target.tag("product:43"), Target.url("/products/4"), new Target(Target.Kind.PATTERN, "/*"));

    private Product() {}

    /** The version, as wide as every other, so that parts of two versions can be told from a whole. */
    static String body(int version) {
        return String.format(Locale.ROOT, "%0" + LENGTH + "d", version);
    }

    static String etag(int version) {
        return "\"v" + version + '"';
    }

    /** The version of an entity tag; -1 if it is none of ours. */
    static int version(String etag) {
        return etag.startsWith("\"v") ? Integer.parseInt(etag, 2, etag.length() - 1, 10) : -1;
    }
}
