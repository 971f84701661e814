package io.tidemark.gateway.edge;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import io.tidemark.gateway.cache.Headers;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The head of the answer to a plain hit on one stored response, but for what differs from request to request, encoded once.
 * Immutable. It holds on to the stored head, not to the body.
 */
final class PreparedHead {
    /** What {@link AnswerWriter} and the cache engine set anew in each answer. */
    private static final Set<String> MOVING =
            caseless("Age", "Content-Length", "X-Request-Id", "X-Cache-Status", "X-Edge-Colo", "X-Data-Age-Ms");

    private final ResponseHead head;
    private final HttpResponseStatus status;
    private final AsciiString[] namesAndValues;

    private PreparedHead(ResponseHead head, AsciiString[] namesAndValues) {
        this.head = head;
        this.status = HttpResponseStatus.valueOf(head.status());
        this.namesAndValues = namesAndValues;
    }

    static PreparedHead of(StoredResponse response) {
        List<AsciiString> fields = new ArrayList<>();
        for (Headers.Field field : response.headers()) {
            if (!MOVING.contains(field.name())) {
                fields.add(AsciiString.cached(field.name()));
                fields.add(new AsciiString(field.value()));
            }
        }
        fields.add(AsciiString.cached("Content-Length"));
        fields.add(new AsciiString(Integer.toString(response.body().length())));
        return new PreparedHead(response.head(), fields.toArray(AsciiString[]::new));
    }

    boolean isOf(StoredResponse response) {
        return response.head() == head;
    }

    HttpResponseStatus status() {
        return status;
    }

    void writeTo(HttpHeaders headers) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    private static Set<String> caseless(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }
}
