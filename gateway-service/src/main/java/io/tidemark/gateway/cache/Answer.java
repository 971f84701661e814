package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * What a client gets of a stored response: all of it, a part, or only that it has not changed.
 *
 * @param status the stored one, 206, 304 or 416
 * @param headers the answer's fields with Age, and with Content-Length where it has a body or is the answer to a HEAD
 * @param body pieces to send in their order, views of the stored bytes; empty for HEAD, 304 and 416
 */
public record Answer(int status, Headers headers, List<ByteBuffer> body) {
    public Answer {
        body = List.copyOf(body);
    }

    /** The same with more fields. */
    public Answer with(Headers more) {
        return more.size() == 0
                ? this
                : new Answer(status, headers.toBuilder().addAll(more).build(), body);
    }

    /** The length of the body in bytes. */
    public long length() {
        long length = 0;
        for (ByteBuffer piece : body) {
            length += piece.remaining();
        }
        return length;
    }

    /** What this request gets of that stored response, whose selection and freshness have been decided. */
    public static Answer from(StoredResponse stored, PresentedRequest request, Instant now) {
        return AnswerShaping.shape(stored, request, now);
    }

    /** Whether a client with these conditions gets a 304 in place of that stored response (RFC 9110 §13.2.2). */
    public static boolean isNotModified(StoredResponse stored, Headers conditions) {
        return AnswerShaping.isNotModified(stored, conditions);
    }

    /** Whether a stored field describes the body, so that a 304 is sent without it (RFC 9110 §15.4.5). */
    public static boolean isOfTheBody(String name) {
        return AnswerShaping.isOfTheBody(name);
    }
}
