package io.tidemark.writequeue.requests;

import io.tidemark.commons.json.JsonContent;
import io.tidemark.commons.json.MalformedJsonException;
import io.tidemark.commons.json.Members;
import io.tidemark.commons.json.StrictJson;
import io.tidemark.commons.problems.Violation;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import tools.jackson.databind.JsonNode;

/**
 * A request's body: one JSON object (RFC 8259) with members that are known, by {@link StrictJson}.
 *
 * @param length of the body, in bytes
 */
public record JsonBody(JsonNode object, int length) {
    /**
     * Reads a body that may be left out.
     *
     * @param members those that it may have
     * @return empty without a body
     * @throws ErrorResponseException 400, 413 or 415
     */
    public static Optional<JsonBody> optional(HttpServletRequest request, Members members, long maxBytes)
            throws IOException {
        requireJson(request.getContentType());
        requireIdentity(request.getHeader(HttpHeaders.CONTENT_ENCODING));
        byte[] bytes = request.getInputStream().readNBytes(Math.toIntExact(maxBytes + 1));
        if (bytes.length > maxBytes) {
            throw Refusal.tooLarge(members.of(), maxBytes);
        }
        if (bytes.length == 0) {
            return Optional.empty();
        }
        try {
            JsonNode tree = StrictJson.read(bytes);
            List<Violation> violations = new ArrayList<>();
            if (!tree.isObject()) {
                violations.add(new Violation("", "must be an object with " + String.join(", ", members.names())));
            }
            violations.addAll(members.unknown(tree, ""));
            if (!violations.isEmpty()) {
                throw Refusal.invalid(
                        tree.isObject() ? "unknown-member" : "malformed-json",
                        "The body is not understood",
                        violations);
            }
            return Optional.of(new JsonBody(tree, bytes.length));
        } catch (MalformedJsonException malformed) {
            throw new ErrorResponseException(HttpStatus.BAD_REQUEST, malformed.problem(), malformed);
        }
    }

    private static void requireJson(@Nullable String contentType) {
        if (contentType != null && !JsonContent.isJson(contentType)) {
            throw unsupported("The body must be application/json");
        }
    }

    private static void requireIdentity(@Nullable String encoding) {
        if (encoding != null && !JsonContent.isPlain(List.of(encoding))) {
            throw unsupported("The body must not have a Content-Encoding");
        }
    }

    private static ErrorResponseException unsupported(String detail) {
        return Refusal.of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body's type is not supported",
                detail);
    }
}
