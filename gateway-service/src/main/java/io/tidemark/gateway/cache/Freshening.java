package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.StoreDecision.DoNotStore;
import io.tidemark.gateway.cache.StoreDecision.FetchAgain;
import io.tidemark.gateway.cache.StoreDecision.Freshen;
import io.tidemark.gateway.cache.StoreDecision.NoStoreReason;
import io.tidemark.gateway.http.Headers;
import java.util.List;
import java.util.Set;

/** How a 304 or a HEAD renews a stored response (RFC 9111 §4.3.4, §4.3.5, §3.2). */
final class Freshening {
    private Freshening() {}

    /** The freshened response carries the position of the conditional request; after a HEAD, its former one. */
    static StoreDecision by304(
            StoredResponse stored, PresentedRequest request, ResponseHead response, Position sentAt) {
        if (!Validators.identifies(response, stored.head())) {
            return new FetchAgain(stored);
        }
        return freshen(stored, request, response, request.isHead() ? stored.filledAt() : sentAt);
    }

    /** A 304 that names one of several variants: that one is for this request too (§4.3.3). */
    static StoreDecision byChoice(
            List<StoredResponse> variants, PresentedRequest request, ResponseHead response, Position sentAt) {
        String etag = response.headers().first("ETag");
        for (StoredResponse variant : variants) {
            boolean named = etag == null
                    ? variants.size() == 1
                    : etag.strip().equals(variant.headers().first("ETag"));
            if (named) {
                ResponseHead head = updated(variant, response);
                StoredResponse chosen = renewed(variant, head, Variant.of(head.headers(), request.headers()), sentAt);
                return new Freshen(chosen, chosen, mayKeep(chosen));
            }
        }
        return new FetchAgain(null);
    }

    /** Moves no position: nothing of the body was confirmed. */
    static StoreDecision byHead(StoredResponse stored, PresentedRequest request, ResponseHead response) {
        if (response.status() != stored.status()) {
            return new DoNotStore(NoStoreReason.METHOD, null);
        }
        return describesSame(stored, response)
                ? freshen(stored, request, response, stored.filledAt())
                : new DoNotStore(NoStoreReason.METHOD, stored);
    }

    private static boolean describesSame(StoredResponse stored, ResponseHead response) {
        String length = response.headers().first("Content-Length");
        return (length == null || length.equals(Integer.toString(stored.body().length())))
                && same("ETag", stored, response)
                && same("Last-Modified", stored, response);
    }

    private static boolean same(String name, StoredResponse stored, ResponseHead response) {
        String now = response.headers().first(name);
        return now == null || now.equals(stored.headers().first(name));
    }

    private static StoreDecision freshen(
            StoredResponse stored, PresentedRequest request, ResponseHead response, Position position) {
        ResponseHead head = updated(stored, response);
        Variant variant =
                response.headers().has("Vary") ? Variant.of(head.headers(), request.headers()) : stored.variant();
        StoredResponse freshened = renewed(stored, head, variant, position);
        return new Freshen(freshened, stored, mayKeep(freshened));
    }

    private static StoredResponse renewed(
            StoredResponse stored, ResponseHead head, Variant variant, Position position) {
        PurgeSubject before = stored.subject();
        PurgeSubject subject = new PurgeSubject(before.hosts(), before.path(), before.query(), Tags.of(head.headers()));
        return new StoredResponse(head, variant, stored.body(), position, subject);
    }

    private static boolean mayKeep(StoredResponse freshened) {
        ResponseDirectives directives = freshened.head().directives();
        return !directives.noStore()
                && !directives.isPrivate()
                && !freshened.variant().matchesNothing();
    }

    /** All fields but Content-Length are replaced, and Age is of the response that carries it (RFC 9111 §3.2). */
    private static ResponseHead updated(StoredResponse stored, ResponseHead response) {
        Headers news = StoredFields.of(response).without("Content-Length");
        Set<String> replaced = news.names();
        replaced.add("Age");
        Headers headers = stored.headers().filtered(field -> !replaced.contains(field.name())).toBuilder()
                .addAll(news)
                .build();
        return new ResponseHead(
                stored.status(), headers, response.requestTime(), response.responseTime(), response.skew());
    }
}
