package io.tidemark.gateway.hit;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.cache.Answer;
import io.tidemark.gateway.cache.CacheStatus.Summary;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.edge.AnswerWriter;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The head of the answer to a plain hit on one stored response, whole or as a 304, but for what differs from request to
 * request, encoded once. Immutable. It holds on to the stored head, not to the body.
 */
final class PreparedHead {
    /** What {@link AnswerWriter} and the cache engine set anew in each answer. */
    private static final Set<String> MOVING =
            caseless("Age", "Content-Length", RequestId.HEADER, Summary.FIELD, EdgeFields.COLO, EdgeFields.DATA_AGE);

    private final ResponseHead head;
    private final HttpResponseStatus status;
    private final int bodyLength;
    private final byte[] lines;
    private final int linesWithoutBody;

    private PreparedHead(ResponseHead head, int bodyLength) {
        this.head = head;
        this.status = HttpResponseStatus.valueOf(head.status());
        this.bodyLength = bodyLength;
        StringBuilder text = new StringBuilder(256);
        StringBuilder ofTheBody = new StringBuilder(64);
        for (Headers.Field field : head.headers()) {
            if (!MOVING.contains(field.name())) {
                line(Answer.isOfTheBody(field.name()) ? ofTheBody : text, field.name(), field.value());
            }
        }
        line(ofTheBody, "Content-Length", Integer.toString(bodyLength));
        this.linesWithoutBody = text.length();
        this.lines = text.append(ofTheBody).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    static PreparedHead of(StoredResponse response) {
        return new PreparedHead(response.head(), response.body().length());
    }

    boolean isOf(StoredResponse response) {
        return response.head() == head;
    }

    HttpResponseStatus status(boolean isNotModified) {
        return isNotModified ? HttpResponseStatus.NOT_MODIFIED : status;
    }

    /** Field lines, each with the CRLF that ends the line before it; those that describe the body last. Not to be written to. */
    byte[] lines() {
        return lines;
    }

    /** How many bytes of the lines belong to the answer: a 304 does not describe the body. */
    int length(boolean isNotModified) {
        return isNotModified ? linesWithoutBody : lines.length;
    }

    /** Whether Netty's encoder takes the fields as they are, whatever the status. */
    boolean isAsEncoded() {
        return status.codeClass() != HttpStatusClass.INFORMATIONAL && status.code() != 204 && status.code() != 205;
    }

    void writeTo(HttpHeaders headers, boolean isNotModified) {
        for (Headers.Field field : head.headers()) {
            if (!MOVING.contains(field.name()) && !(isNotModified && Answer.isOfTheBody(field.name()))) {
                headers.add(field.name(), field.value());
            }
        }
        if (!isNotModified) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(bodyLength));
        }
    }

    /** A line break or NUL, which no HTTP parser lets in, would end as a space (RFC 9110 §5.5). */
    private static void line(StringBuilder text, String name, String value) {
        text.append("\r\n");
        for (String part : List.of(name, ": ", value)) {
            for (int i = 0; i < part.length(); i++) {
                char c = part.charAt(i);
                text.append(c == '\r' || c == '\n' || c == '\0' ? ' ' : c);
            }
        }
    }

    private static Set<String> caseless(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }
}
