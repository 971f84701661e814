package io.tidemark.originstub.web;

import io.tidemark.originstub.settings.StubProperties;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads a request's body as one JSON object of bounded size. */
@Component
public final class JsonBody {
    private final JsonMapper mapper;
    private final int limit;

    JsonBody(JsonMapper mapper, StubProperties properties) {
        this.mapper = mapper;
        this.limit = Math.toIntExact(properties.maxBodySize().toBytes());
    }

    /**
     * The object in the body.
     *
     * @throws Problem if it is too large, or no JSON object
     */
    public ObjectNode read(HttpServletRequest request) throws IOException {
        byte[] bytes = request.getInputStream().readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw new Problem(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "body-too-large",
                    "Body too large",
                    "the body is larger than " + limit + " bytes");
        }
        try {
            JsonNode tree = mapper.readTree(bytes);
            if (tree instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException malformed) {
            throw Problem.malformed("the body is not JSON: " + malformed.getOriginalMessage());
        }
        throw Problem.malformed("the body must be a JSON object");
    }
}
