package io.tidemark.invalidation.webhooks;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.Source;
import io.tidemark.invalidation.webhooks.RefusedException.Violation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of a purge request, {@code {"targets":[{"tag":"product:42"}],"mode":"hard"}}.
 *
 * @param targets each once, in their order
 */
record PurgeRequest(List<Target> targets, Purge.Mode mode) {
    /** A member that occurs twice is refused: of two lists of targets one would be lost. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private static final String TITLE = "The purge request is not valid";
    private static final Pattern JACKSON_DETAIL = Pattern.compile("(?s) (for `|\\(bound as |\\(`JsonToken).*");

    PurgeRequest {
        targets = List.copyOf(targets);
    }

    /** @throws RefusedException naming every fault and where it is */
    static PurgeRequest parse(byte[] body) {
        JsonNode json = json(body);
        List<Violation> violations = new ArrayList<>();
        if (!json.isObject()) {
            throw RefusedException.badBody(
                    "invalid-purge-request", TITLE, List.of(new Violation("", "the body must be a JSON object")));
        }
        Set<Target> targets = targets(json.path("targets"), violations);
        Purge.Mode mode = mode(json.path("mode"), violations);
        if (!violations.isEmpty()) {
            throw RefusedException.badBody("invalid-purge-request", TITLE, violations);
        }
        return new PurgeRequest(List.copyOf(targets), mode);
    }

    /** @throws RefusedException if the bytes are not JSON */
    static JsonNode json(byte[] body) {
        try {
            JsonNode json = MAPPER.readTree(body);
            if (json.isMissingNode()) {
                throw malformed("the body is empty");
            }
            return json;
        } catch (JacksonException malformed) {
            throw malformed("the body is not JSON: " + plain(malformed));
        }
    }

    /** Without what only the readers of this code know. */
    private static String plain(JacksonException malformed) {
        String what = JACKSON_DETAIL.matcher(malformed.getOriginalMessage()).replaceFirst("");
        return what + ", at line " + malformed.getLocation().getLineNr() + ", column "
                + malformed.getLocation().getColumnNr();
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(HttpStatus.BAD_REQUEST, "malformed-json", "The body is not JSON", detail);
    }

    private static Set<Target> targets(JsonNode json, List<Violation> violations) {
        Set<Target> targets = new LinkedHashSet<>();
        if (!json.isArray() || json.isEmpty()) {
            violations.add(new Violation("/targets", "targets must be an array of at least one target"));
        } else if (json.size() > Purge.MAX_TARGETS) {
            violations.add(new Violation(
                    "/targets", "a purge has at most " + Purge.MAX_TARGETS + " targets, not " + json.size()));
        } else {
            for (int i = 0; i < json.size(); i++) {
                try {
                    targets.add(target(json.get(i)));
                } catch (IllegalArgumentException wrong) {
                    violations.add(new Violation("/targets/" + i, String.valueOf(wrong.getMessage())));
                }
            }
        }
        return targets;
    }

    /** @throws IllegalArgumentException saying what is wrong with it */
    private static Target target(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("a target must be a JSON object");
        }
        try {
            return MAPPER.treeToValue(json, Target.class);
        } catch (JacksonException wrong) {
            Throwable cause = wrong;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String message =
                    cause instanceof JacksonException jackson ? jackson.getOriginalMessage() : cause.getMessage();
            throw new IllegalArgumentException(message, wrong);
        }
    }

    private static Purge.Mode mode(JsonNode json, List<Violation> violations) {
        if (json.isMissingNode() || json.isNull()) {
            return Purge.Mode.HARD;
        }
        for (Purge.Mode mode : Purge.Mode.values()) {
            if (json.isString() && mode.label().equals(json.stringValue())) {
                return mode;
            }
        }
        violations.add(new Violation("/mode", "mode must be \"hard\" or \"soft\""));
        return Purge.Mode.HARD;
    }

    /** @throws RefusedException if a target is malformed, or not one that the source may purge */
    void requireAllowed(Source source) {
        List<Violation> malformed = new ArrayList<>();
        List<Violation> forbidden = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            Target target = targets.get(i);
            String pointer = "/targets/" + i;
            try {
                if (!source.mayPurge(target)) {
                    forbidden.add(new Violation(pointer, "source " + source.name() + " may not purge " + target));
                }
            } catch (IllegalArgumentException wrong) {
                malformed.add(new Violation(pointer, String.valueOf(wrong.getMessage())));
            }
        }
        if (!malformed.isEmpty()) {
            throw RefusedException.badBody("invalid-purge-request", TITLE, malformed);
        }
        if (!forbidden.isEmpty()) {
            throw new RefusedException(
                            HttpStatus.FORBIDDEN,
                            "target-not-allowed",
                            "The source may not purge this",
                            forbidden.getFirst().detail())
                    .with("errors", RefusedException.errors(forbidden));
        }
    }
}
