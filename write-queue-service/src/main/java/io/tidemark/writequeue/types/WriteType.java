package io.tidemark.writequeue.types;

import com.networknt.schema.Schema;
import io.tidemark.contracts.Target;
import io.tidemark.writequeue.types.WriteTypesProperties.OnDeadLetter;
import io.tidemark.writequeue.types.WriteTypesProperties.WhenOriginDown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A kind of write, ready for use: its templates parsed, its schema compiled. Thread-safe. */
public record WriteType(
        String name,
        String origin,
        String method,
        Template path,
        Template orderingKey,
        List<TargetTemplate> purges,
        @Nullable Schema schema,
        long maxBodyBytes,
        int maxDepth,
        WhenOriginDown whenOriginDown,
        OnDeadLetter onDeadLetter) {
    /** The longest ordering key, in characters. */
    public static final int MAX_ORDERING_KEY_LENGTH = 512;

    /** A purge's target before a write's data fills it. */
    public record TargetTemplate(Target.Kind kind, Template value) {
        Target fill(JsonNode data) {
            return kind == Target.Kind.ALL
                    ? Target.all()
                    : new Target(kind, kind == Target.Kind.URL ? value.fillPath(data) : value.fill(data));
        }
    }

    /**
     * A place where data does not fit its type.
     *
     * @param pointer RFC 6901, into the request's body
     */
    public record Violation(String pointer, String detail) {}

    /** Everything that is wrong with the data; nothing if it can be accepted. */
    public List<Violation> violationsOf(JsonNode data) {
        List<Violation> violations = new ArrayList<>();
        if (schema != null) {
            for (var error : schema.validate(data)) {
                String pointer = error.getInstanceLocation().toString();
                if (error.getProperty() != null) {
                    pointer += "/" + error.getProperty().replace("~", "~0").replace("/", "~1");
                }
                violations.add(new Violation("/data" + pointer, error.getMessage()));
            }
        }
        if (violations.isEmpty()) {
            unfilled(path, "the origin's path", data, violations);
            unfilled(orderingKey, "the ordering key", data, violations);
            purges.forEach(purge -> unfilled(purge.value(), "a purge's target", data, violations));
        }
        if (violations.isEmpty() && orderingKey.fill(data).length() > MAX_ORDERING_KEY_LENGTH) {
            violations.add(new Violation(
                    "/data", "the ordering key would be longer than " + MAX_ORDERING_KEY_LENGTH + " characters"));
        }
        if (violations.isEmpty()) {
            try {
                targetsOf(data);
            } catch (IllegalArgumentException noTarget) {
                violations.add(new Violation("/data", "a purge's target: " + noTarget.getMessage()));
            }
        }
        return violations;
    }

    /** What a delivered write with this data purges. */
    public List<Target> targetsOf(JsonNode data) {
        return purges.stream().map(purge -> purge.fill(data)).toList();
    }

    private static void unfilled(Template template, String use, JsonNode data, List<Violation> violations) {
        for (String pointer : template.unfilledBy(data)) {
            violations.add(new Violation("/data" + pointer, "must be a string or a number: " + use + " needs it"));
        }
    }

    static TargetTemplate targetTemplate(String type, Map<String, String> target) {
        String property = "tidemark.writes.types." + type + ".purges";
        if (target.size() != 1) {
            throw new IllegalArgumentException(property + ": each target has one member, not " + target.keySet());
        }
        var member = target.entrySet().iterator().next();
        for (Target.Kind kind : Target.Kind.values()) {
            if (kind.label().equals(member.getKey())) {
                return new TargetTemplate(kind, Template.parse(member.getValue()));
            }
        }
        throw new IllegalArgumentException(property + ": unknown kind of target \"" + member.getKey() + '"');
    }
}
