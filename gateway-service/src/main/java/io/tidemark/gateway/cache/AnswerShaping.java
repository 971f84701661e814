package io.tidemark.gateway.cache;

import io.tidemark.gateway.cache.ByteRanges.Range;
import io.tidemark.gateway.http.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Conditions before ranges, in the order of RFC 9110 §13.2.2. */
final class AnswerShaping {
    private static final int OK = 200;
    private static final int PARTIAL_CONTENT = 206;
    private static final int NOT_MODIFIED = 304;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    /** What describes a body, where none is sent (RFC 9110 §15.4.5). */
    private static final Set<String> OF_THE_BODY = StoredFields.caseless(
            "Content-Length", "Content-Encoding", "Content-Type", "Content-Language", "Content-Range");

    private final StoredResponse stored;
    private final PresentedRequest request;
    private final Headers.Builder headers;

    private AnswerShaping(StoredResponse stored, PresentedRequest request, Instant now) {
        this.stored = stored;
        this.request = request;
        this.headers = stored.headers().toBuilder();
        headers.set("Age", Long.toString(stored.head().age(now).toSeconds()));
    }

    static Answer shape(StoredResponse stored, PresentedRequest request, Instant now) {
        return new AnswerShaping(stored, request, now).shape(now);
    }

    /** Whether conditions make the answer a 304, If-None-Match before If-Modified-Since. */
    static boolean isNotModified(StoredResponse stored, Headers conditions) {
        return stored.status() == OK && Validators.notModified(conditions, stored.head());
    }

    /** Whether a field is left out where no body is sent. */
    static boolean isOfTheBody(String name) {
        return OF_THE_BODY.contains(name);
    }

    private Answer shape(Instant now) {
        if (stored.status() == OK) {
            if (isNotModified(stored, request.headers())) {
                return new Answer(NOT_MODIFIED, withoutBodyFields(), List.of());
            }
            ByteRanges ranges = RangeSelection.ranges(request, stored);
            if (ranges != null) {
                return partial(ranges, now);
            }
        }
        return whole();
    }

    private Answer whole() {
        int length = stored.body().length();
        if (hasBody(stored.status())) {
            headers.set("Content-Length", Integer.toString(length));
        }
        return new Answer(
                stored.status(),
                headers.build(),
                request.isHead() || length == 0
                        ? List.of()
                        : List.of(ByteBuffer.wrap(stored.body().bytes()).asReadOnlyBuffer()));
    }

    private static boolean hasBody(int status) {
        return status != 204 && status != 205;
    }

    private Answer partial(ByteRanges asked, Instant now) {
        long length = stored.body().completeLength().orElse(-1);
        Range single = asked.single();
        List<Range> ranges = length >= 0 ? asked.resolve(length) : single == null ? List.of() : List.of(single);
        if (ranges.isEmpty()) {
            headers.set("Content-Range", "bytes */" + length);
            Headers unsatisfiable = headers.build()
                    .filtered(field -> field.is("Content-Range") || !isOfTheBody(field.name()))
                    .with("Content-Length", "0");
            return new Answer(RANGE_NOT_SATISFIABLE, unsatisfiable, List.of());
        }
        if (stored.body().isComplete()
                && ranges.stream().mapToLong(Range::length).sum() > length) {
            return whole();
        }
        return ranges.size() == 1 ? single(ranges.getFirst(), length) : multipart(ranges, length, now);
    }

    private Answer single(Range range, long length) {
        headers.set("Content-Range", contentRange(range, length));
        headers.set("Content-Length", Long.toString(range.length()));
        return new Answer(PARTIAL_CONTENT, headers.build(), List.of(slice(range)));
    }

    /** RFC 9110 §14.6. */
    private Answer multipart(List<Range> ranges, long length, Instant now) {
        String boundary = boundary(now);
        @Nullable String type = stored.headers().first("Content-Type");
        List<ByteBuffer> pieces = new ArrayList<>(2 * ranges.size() + 1);
        String before = "";
        for (Range range : ranges) {
            pieces.add(ascii(before + "--" + boundary + "\r\n" + (type == null ? "" : "Content-Type: " + type + "\r\n")
                    + "Content-Range: " + contentRange(range, length) + "\r\n\r\n"));
            pieces.add(slice(range));
            before = "\r\n";
        }
        pieces.add(ascii("\r\n--" + boundary + "--\r\n"));
        long total = pieces.stream().mapToLong(ByteBuffer::remaining).sum();
        headers.remove("Content-Range");
        headers.set("Content-Type", "multipart/byteranges; boundary=" + boundary);
        headers.set("Content-Length", Long.toString(total));
        return new Answer(PARTIAL_CONTENT, headers.build(), pieces);
    }

    /** Hard to guess for who made the body: it depends on when it is sent. */
    private String boundary(Instant now) {
        return "tidemark-" + Integer.toHexString(Objects.hash(now, stored.headers()))
                + Long.toHexString(now.toEpochMilli());
    }

    private static String contentRange(Range range, long length) {
        return "bytes " + range.first() + '-' + range.last() + '/' + (length < 0 ? "*" : Long.toString(length));
    }

    private ByteBuffer slice(Range range) {
        int offset = (int) (range.first() - stored.body().first());
        return ByteBuffer.wrap(stored.body().bytes(), offset, (int) range.length())
                .slice()
                .asReadOnlyBuffer();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private Headers withoutBodyFields() {
        return headers.build().filtered(field -> !isOfTheBody(field.name()));
    }
}
