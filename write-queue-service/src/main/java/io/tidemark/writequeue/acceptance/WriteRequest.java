package io.tidemark.writequeue.acceptance;

import io.tidemark.commons.json.Members;
import io.tidemark.commons.problems.Shown;
import io.tidemark.commons.problems.Violation;
import io.tidemark.writequeue.clients.AcceptanceProperties;
import io.tidemark.writequeue.requests.JsonBody;
import io.tidemark.writequeue.requests.Refusal;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteTypes;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import tools.jackson.databind.JsonNode;

/** A request's body, checked: a known type, and data that fits it. */
record WriteRequest(WriteType type, JsonNode data) {
    private static final Members MEMBERS = Members.of("a write", "type", "data");

    /** Reads request bodies. What does not fit fails with an RFC 9457 problem that names every place. */
    @Component
    static class Reader {
        private final WriteTypes types;
        private final long maxBytes;

        Reader(WriteTypes types, AcceptanceProperties properties) {
            this.types = types;
            long largest = types.all().stream()
                    .mapToLong(WriteType::maxBodyBytes)
                    .max()
                    .orElse(0);
            this.maxBytes = Math.min(properties.maxRequest().toBytes(), Math.max(1, largest));
        }

        /** The most bytes that a body may have. */
        long maxBytes() {
            return maxBytes;
        }

        WriteRequest read(HttpServletRequest request) throws IOException {
            JsonBody body = JsonBody.optional(request, MEMBERS, maxBytes)
                    .orElseThrow(() -> Refusal.of(
                            HttpStatus.BAD_REQUEST, "malformed-json", "The body cannot be read", "the body is empty"));
            return check(body.object(), body.length());
        }

        private WriteRequest check(JsonNode tree, int length) {
            List<Violation> violations = new ArrayList<>();
            if (!tree.path("type").isString()) {
                violations.add(new Violation("/type", tree.has("type") ? "must be a string" : "is required"));
            }
            JsonNode data = tree.path("data");
            if (!data.isObject()) {
                violations.add(new Violation("/data", tree.has("data") ? "must be an object" : "is required"));
            }
            if (!violations.isEmpty()) {
                throw invalid(violations);
            }
            String name = tree.path("type").asString();
            WriteType type = types.named(name)
                    .orElseThrow(() -> Refusal.of(
                            HttpStatus.BAD_REQUEST,
                            "unknown-write-type",
                            "There is no such type of write",
                            "\"" + Shown.of(name) + "\" is none of the configured write types"));
            if (length > type.maxBodyBytes()) {
                throw Refusal.tooLarge("a " + name, type.maxBodyBytes());
            }
            violations.addAll(type.violationsOf(data));
            if (!violations.isEmpty()) {
                throw invalid(violations);
            }
            return new WriteRequest(type, data);
        }

        private static ErrorResponseException invalid(List<Violation> violations) {
            return Refusal.invalid("invalid-write", "The write does not fit its type", violations);
        }
    }
}
