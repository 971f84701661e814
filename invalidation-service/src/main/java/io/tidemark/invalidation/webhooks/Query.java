package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.json.Members;
import io.tidemark.commons.problems.Shown;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The parameters of a query, decoded (RFC 3986 section 6.2.2.2: {@code dry%2Drun} is {@code dry-run}), each once.
 *
 * @param parameters values by name; the value of a parameter without an equals sign is empty
 */
public record Query(Map<String, String> parameters) {
    /**
     * Reads a query; asking the request for its parameters would consume a body that claims to be a form.
     *
     * @param raw as it was sent, null for none
     * @throws RefusedException 400, if a parameter cannot be decoded, occurs twice, or is none of the known ones
     */
    public static Query of(@Nullable String raw, Members known) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
            if (parameter.isEmpty()) {
                continue;
            }
            if (!known.names().contains(name)) {
                throw refused(known.refusal(name));
            }
            if (parameters.put(name, equals < 0 ? "" : decoded(parameter.substring(equals + 1))) != null) {
                throw refused("the parameter " + name + " occurs twice");
            }
        }
        return new Query(parameters);
    }

    /** The value of a parameter, if it is there. */
    public Optional<String> value(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw refused("the query cannot be decoded: \"" + Shown.of(text) + '"');
        }
    }

    private static RefusedException refused(String detail) {
        return new RefusedException(HttpStatus.BAD_REQUEST, "invalid-query", "The query is not valid", detail);
    }
}
