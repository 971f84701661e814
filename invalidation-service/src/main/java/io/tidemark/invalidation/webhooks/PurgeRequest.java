package io.tidemark.invalidation.webhooks;

import io.tidemark.commons.json.Members;
import io.tidemark.commons.json.StrictJson;
import io.tidemark.commons.problems.Violation;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.Source;
import io.tidemark.invalidation.sources.Targets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

/**
 * The body of a purge request, {@code {"targets":[{"tag":"product:42"}],"mode":"hard","dryRun":false}}.
 *
 * @param targets each once, in their order
 * @param dryRun whether nothing is to be purged; false unless the body says so
 */
record PurgeRequest(List<Target> targets, Purge.Mode mode, boolean dryRun) {
    private static final String TITLE = "The purge request is not valid";
    private static final Members MEMBERS = Members.of("a purge", "targets", "mode", "dryRun");
    private static final Members KINDS = new Members(
            "a target",
            Arrays.stream(Target.Kind.values()).map(Target.Kind::label).toList());

    PurgeRequest {
        targets = List.copyOf(targets);
    }

    /** @throws RefusedException naming every fault and where it is */
    static PurgeRequest parse(byte[] body) {
        JsonNode json = StrictJson.read(body);
        if (!json.isObject()) {
            throw RefusedException.badBody(
                    "invalid-purge-request", TITLE, List.of(new Violation("", "the body must be a JSON object")));
        }
        List<Violation> violations = new ArrayList<>(MEMBERS.unknown(json, ""));
        Set<Target> targets = targets(json.path("targets"), violations);
        Purge.Mode mode = mode(json.path("mode"), violations);
        JsonNode dryRun = json.path("dryRun");
        if (!dryRun.isMissingNode() && !dryRun.isBoolean()) {
            violations.add(new Violation("/dryRun", "dryRun must be true or false"));
        }
        if (!violations.isEmpty()) {
            throw RefusedException.badBody("invalid-purge-request", TITLE, violations);
        }
        return new PurgeRequest(List.copyOf(targets), mode, dryRun.asBoolean(false));
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
        if (!json.isObject() || json.size() != 1) {
            throw new IllegalArgumentException(
                    "a target must be a JSON object with one of " + String.join(", ", KINDS.names()));
        }
        Map.Entry<String, JsonNode> member = json.properties().iterator().next();
        Target.Kind kind = Target.Kind.named(member.getKey())
                .orElseThrow(() -> new IllegalArgumentException(KINDS.refusal(member.getKey())));
        JsonNode value = member.getValue();
        if (kind == Target.Kind.ALL) {
            if (!value.isBoolean() || !value.booleanValue()) {
                throw new IllegalArgumentException("all takes no value but true");
            }
            return Target.all();
        }
        if (!value.isString()) {
            throw new IllegalArgumentException(kind.label() + " must be a string");
        }
        return Targets.of(kind, value.stringValue());
    }

    private static Purge.Mode mode(JsonNode json, List<Violation> violations) {
        if (json.isMissingNode()) {
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

    /** @throws RefusedException if a target is not one that the source may purge */
    void requireAllowed(Source source) {
        List<Violation> forbidden = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            if (!source.mayPurge(targets.get(i))) {
                forbidden.add(
                        new Violation("/targets/" + i, "source " + source.name() + " may not purge " + targets.get(i)));
            }
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
