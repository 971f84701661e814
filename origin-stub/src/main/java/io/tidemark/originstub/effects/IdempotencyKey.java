package io.tidemark.originstub.effects;

import io.tidemark.commons.digests.Sha256;
import io.tidemark.originstub.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** The request header by which a repeated request is known: each key has its effect once. */
public final class IdempotencyKey {
    public static final String HEADER = "Idempotency-Key";

    /** The header's older name, read where the other is absent. */
    public static final String LEGACY_HEADER = "X-Idempotency-Key";

    /** Set on the answer to a repeated request. */
    public static final String REPLAYED_HEADER = "Idempotency-Replayed";

    private static final int MAX_LENGTH = 255;
    private static final JsonMapper CANONICAL =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    private IdempotencyKey() {}

    /**
     * The key of the request, null if it has none.
     *
     * @throws Problem if it is blank or longer than {@value #MAX_LENGTH} characters
     */
    public static @Nullable String of(HttpServletRequest request) {
        String key = request.getHeader(HEADER);
        if (key == null) {
            key = request.getHeader(LEGACY_HEADER);
        }
        if (key != null && (key.isBlank() || key.length() > MAX_LENGTH)) {
            throw Problem.malformed(HEADER + " must have 1 to " + MAX_LENGTH + " characters");
        }
        return key;
    }

    /** What tells a repeated request from another one with the same key: a digest of its JSON, whatever the order of the members. */
    public static String fingerprint(JsonNode body) {
        return Sha256.half(Sha256.of(CANONICAL.writeValueAsString(body)));
    }

    /** The problem of a key that came with another request before. */
    public static Problem reused(String key) {
        return new Problem(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "idempotency-key-reused",
                "Idempotency key reused",
                "the key \"" + key + "\" came with another request before");
    }
}
