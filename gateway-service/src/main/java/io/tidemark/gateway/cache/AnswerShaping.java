package io.tidemark.gateway.cache;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Conditions before ranges, in the order of RFC 9110 §13.2.2. */
final class AnswerShaping {
    /** What a 304 is without (RFC 9110 §15.4.5): what describes a body that is not sent. */
    private static final Set<String> NOT_IN_304 = caseless(
            "Content-Length",
            "Content-Encoding",
            "Content-Type",
            "Content-Language",
            "Content-Range",
            "Transfer-Encoding");

    private AnswerShaping() {}

    static Answer shape(StoredResponse stored, PresentedRequest request, Instant now) {
        Headers.Builder headers = stored.headers().toBuilder();
        headers.remove("Content-Length");
        headers.set("Age", Long.toString(stored.head().age(now).toSeconds()));
        if (stored.status() == 200 && Validators.notModified(request.headers(), stored.head())) {
            return new Answer(304, headers.build().filtered(field -> !NOT_IN_304.contains(field.name())), List.of());
        }
        StoredBody body = stored.body();
        headers.set("Content-Length", Integer.toString(body.length()));
        return new Answer(
                stored.status(),
                headers.build(),
                request.isHead()
                        ? List.of()
                        : List.of(ByteBuffer.wrap(body.bytes()).asReadOnlyBuffer()));
    }

    private static Set<String> caseless(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }
}
