package io.tidemark.gateway.write;

import io.tidemark.commons.templates.Template;
import io.tidemark.contracts.Target;
import java.util.HashMap;
import java.util.Map;

/**
 * What a write purges, before its path variables fill it: {@code tag:product:{id}}. In a {@code url}, {@code prefix} or {@code
 * pattern} they are encoded again, so that a value is neither a delimiter nor a wildcard. Immutable.
 */
final class WriteTarget {
    private final Target.Kind kind;
    private final String text;
    private final Template template;

    /** @throws IllegalArgumentException if it is none */
    WriteTarget(String configured) {
        int colon = configured.indexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException(
                    "WriteThrough: a target is <kind>:<value>, as tag:product:{id}, not \"" + configured + '"');
        }
        this.kind = Target.Kind.named(configured.substring(0, colon))
                .orElseThrow(() -> new IllegalArgumentException(
                        "WriteThrough: there is no kind of target \"" + configured.substring(0, colon) + '"'));
        this.text = kind == Target.Kind.ALL ? "" : configured.substring(colon + 1);
        this.template = Template.parse(text, syntax(kind));
        target(template.fill(_ -> "x")); // refuses at the start what is no target
    }

    private static Template.Syntax syntax(Target.Kind kind) {
        return switch (kind) {
            case URL, PREFIX, PATTERN -> Template.Syntax.URL;
            case HOST -> Template.Syntax.HOST;
            case TAG, ALL, GROUP, SUBJECT, INVALID -> Template.Syntax.TEXT;
        };
    }

    /**
     * The target.
     *
     * @param pattern of the route's path, whose variables these are
     * @throws IllegalArgumentException if a variable is not there, or cannot stand where the template has it
     */
    Target fill(String pattern, Map<String, String> variables) {
        if (syntax(kind) != Template.Syntax.URL || !pattern.contains("{*")) {
            return target(template.fill(name -> variables.getOrDefault(name, "")));
        }
        Map<String, String> values = new HashMap<>(variables);
        String segmented = text;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            if (pattern.contains("{*" + variable.getKey() + "}")) {
                segmented = segmented.replace('{' + variable.getKey() + '}', segments(variable, values));
            }
        }
        return target(Template.parse(segmented, Template.Syntax.URL).fill(name -> values.getOrDefault(name, "")));
    }

    /** One place for each segment of a variable that stands for the rest of a path, so that its slashes stay slashes. */
    private static String segments(Map.Entry<String, String> rest, Map<String, String> values) {
        StringBuilder places = new StringBuilder();
        String[] segments = rest.getValue().split("/", -1);
        for (int i = 1; i < segments.length; i++) {
            places.append('/');
            if (!segments[i].isEmpty()) {
                String place = rest.getKey() + '.' + i;
                values.put(place, segments[i]);
                places.append('{').append(place).append('}');
            }
        }
        return places.toString();
    }

    private Target target(String value) {
        return kind == Target.Kind.ALL ? Target.all() : new Target(kind, value);
    }
}
