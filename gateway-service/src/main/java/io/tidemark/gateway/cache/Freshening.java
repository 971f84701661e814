package io.tidemark.gateway.cache;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.StoreDecision.DoNotStore;
import io.tidemark.gateway.cache.StoreDecision.Freshen;
import io.tidemark.gateway.cache.StoreDecision.NoStoreReason;
import java.util.Set;
import java.util.TreeSet;

/** How a 304 or a HEAD renews a stored response (RFC 9111 §4.3.4, §4.3.5, §3.2). */
final class Freshening {
    /** What no update replaces (RFC 9111 §3.2). */
    private static final Set<String> KEPT = kept();

    private Freshening() {}

    /** The freshened response carries the position of the conditional request. */
    static StoreDecision by304(StoredResponse stored, ResponseHead response, Position sentAt) {
        ResponseHead head = updated(stored, response);
        return new Freshen(
                new StoredResponse(head, stored.variant(), stored.body(), sentAt, subject(stored, head.headers())));
    }

    /** Moves no position: nothing of the body was confirmed. */
    static StoreDecision byHead(StoredResponse stored, ResponseHead response) {
        if (response.status() != stored.status() || !describesSame(stored, response)) {
            return new DoNotStore(NoStoreReason.METHOD, response.status() < 500 ? stored : null);
        }
        return new Freshen(stored.withHead(updated(stored, response)));
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

    private static ResponseHead updated(StoredResponse stored, ResponseHead response) {
        Set<String> replaced = response.headers().names();
        replaced.removeAll(KEPT);
        // Age is of the response that carries it.
        replaced.add("Age");
        Headers headers = stored.headers().filtered(field -> !replaced.contains(field.name())).toBuilder()
                .addAll(response.headers().filtered(field -> !KEPT.contains(field.name())))
                .build();
        return new ResponseHead(stored.status(), headers, response.requestTime(), response.responseTime());
    }

    private static PurgeSubject subject(StoredResponse stored, Headers headers) {
        PurgeSubject before = stored.subject();
        return new PurgeSubject(before.hosts(), before.path(), before.query(), Tags.of(headers));
    }

    private static Set<String> kept() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.add("Content-Length");
        return names;
    }
}
