package io.tidemark.writequeue.acceptance;

import io.tidemark.commons.problems.Problems;
import io.tidemark.writequeue.types.WriteType;
import io.tidemark.writequeue.types.WriteType.Violation;
import io.tidemark.writequeue.types.WriteTypes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** A request's body, checked: a known type, and data that fits it. */
record WriteRequest(WriteType type, JsonNode data) {

    /** Reads request bodies. What does not fit fails with an RFC 9457 problem that names every place. */
    @Component
    static class Reader {
        private final WriteTypes types;
        private final long maxBytes;
        private final ObjectReader json;

        Reader(WriteTypes types, AcceptanceProperties properties, JsonMapper mapper) {
            this.types = types;
            this.maxBytes = properties.maxRequest().toBytes();
            this.json = mapper.reader()
                    .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);
        }

        WriteRequest read(InputStream body) throws IOException {
            byte[] bytes = body.readNBytes(Math.toIntExact(maxBytes + 1));
            if (bytes.length > maxBytes) {
                throw tooLarge("a request's body", maxBytes);
            }
            JsonNode tree;
            try {
                tree = json.readTree(bytes);
            } catch (JacksonException malformed) {
                var place = malformed.getLocation();
                String where = place == null ? "" : " at line " + place.getLineNr() + ", column " + place.getColumnNr();
                throw problem(
                        HttpStatus.BAD_REQUEST,
                        "malformed-json",
                        "The body is not JSON",
                        malformed.getOriginalMessage() + where);
            }
            return check(tree, bytes.length);
        }

        private WriteRequest check(JsonNode tree, int length) {
            if (!tree.isObject()) {
                throw invalid(List.of(new Violation("", "must be an object with type and data")));
            }
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
                    .orElseThrow(() -> problem(
                            HttpStatus.BAD_REQUEST,
                            "unknown-write-type",
                            "There is no such type of write",
                            "\"" + name + "\" is none of the configured write types"));
            if (length > type.maxBodyBytes()) {
                throw tooLarge("a " + name, type.maxBodyBytes());
            }
            violations.addAll(type.violationsOf(data));
            if (!violations.isEmpty()) {
                throw invalid(violations);
            }
            return new WriteRequest(type, data);
        }

        private static ErrorResponseException tooLarge(String what, long limit) {
            return problem(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "body-too-large",
                    "The body is too large",
                    what + " may have " + limit + " bytes");
        }

        private static ErrorResponseException invalid(List<Violation> violations) {
            ProblemDetail problem = Problems.of(
                    HttpStatus.BAD_REQUEST,
                    "invalid-write",
                    "The write does not fit its type",
                    violations.size() + (violations.size() == 1 ? " violation" : " violations") + "; see errors");
            problem.setProperty("errors", violations);
            return new ErrorResponseException(HttpStatus.BAD_REQUEST, problem, null);
        }

        private static ErrorResponseException problem(HttpStatus status, String name, String title, String detail) {
            return new ErrorResponseException(status, Problems.of(status, name, title, detail), null);
        }
    }
}
