package io.tidemark.writequeue.types;

import com.networknt.schema.Schema;
import io.tidemark.commons.problems.Violation;
import io.tidemark.commons.templates.Template.Syntax;
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
        DataTemplate path,
        DataTemplate orderingKey,
        List<TargetTemplate> purges,
        @Nullable Schema schema,
        long maxBodyBytes,
        int maxDepth,
        WhenOriginDown whenOriginDown,
        OnDeadLetter onDeadLetter,
        boolean personal) {
    /** The longest ordering key, in characters. */
    public static final int MAX_ORDERING_KEY_LENGTH = 512;

    /** A purge's target before a write's data fills it. */
    public record TargetTemplate(Target.Kind kind, DataTemplate value) {
        Target fill(JsonNode data) {
            return kind == Target.Kind.ALL ? Target.all() : new Target(kind, value.fill(data));
        }
    }

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
            violations.addAll(path.violationsOf(data, "the origin's path"));
            violations.addAll(orderingKey.violationsOf(data, "the ordering key"));
            purges.forEach(purge -> violations.addAll(purge.value().violationsOf(data, "a purge's target")));
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

    static TargetTemplate targetTemplate(String type, Map<String, String> target) {
        String property = "tidemark.writes.types." + type + ".purges";
        if (target.size() != 1) {
            throw new IllegalArgumentException(property + ": each target has one member, not " + target.keySet());
        }
        var member = target.entrySet().iterator().next();
        Target.Kind kind = Target.Kind.named(member.getKey())
                .orElseThrow(() ->
                        new IllegalArgumentException(property + ": unknown kind of target \"" + member.getKey() + '"'));
        if (kind == Target.Kind.ALL && !member.getValue().equals("true")) {
            throw new IllegalArgumentException(property + ": all takes no value but true");
        }
        return new TargetTemplate(kind, template(property, member.getValue(), syntax(kind)));
    }

    private static Syntax syntax(Target.Kind kind) {
        return switch (kind) {
            case URL, PREFIX, PATTERN -> Syntax.URL;
            case HOST -> Syntax.HOST;
            case TAG, ALL, GROUP, SUBJECT, INVALID -> Syntax.TEXT;
        };
    }

    /** A template; messages name the property. */
    static DataTemplate template(String property, String text, Syntax syntax) {
        try {
            return new DataTemplate(text, syntax);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(property + ": " + wrong.getMessage(), wrong);
        }
    }
}
