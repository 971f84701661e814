package io.tidemark.invalidation.sources;

import io.tidemark.contracts.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A target whose value is filled in from a JSON document, as {@code tag: "product:{data.id}"}. A path names members by
 * their names and elements of arrays by their numbers. Where it leads to an array of texts, numbers or booleans, the
 * template makes one target for each. Immutable.
 */
public final class TargetTemplate {
    private static final Pattern PATH = Pattern.compile("\\{([^{}]+)}");

    private final Target.Kind kind;
    private final String template;

    private TargetTemplate(Target.Kind kind, String template) {
        this.kind = kind;
        this.template = template;
    }

    /**
     * Reads the configured form, one member that names the kind.
     *
     * @throws IllegalArgumentException if it is no target
     */
    static TargetTemplate of(Map<String, String> configured) {
        if (configured.size() != 1) {
            throw new IllegalArgumentException("a target has exactly one member, not " + configured.keySet());
        }
        Map.Entry<String, String> member = configured.entrySet().iterator().next();
        Target.Kind kind = Target.Kind.named(member.getKey())
                .orElseThrow(() -> new IllegalArgumentException("unknown target \"" + member.getKey() + '"'));
        if (kind == Target.Kind.ALL
                ? !member.getValue().equals("true")
                : member.getValue().isBlank()) {
            throw new IllegalArgumentException(
                    kind == Target.Kind.ALL ? "all takes no value but true" : kind.label() + " must not be blank");
        }
        return new TargetTemplate(kind, kind == Target.Kind.ALL ? "" : member.getValue());
    }

    /** The templates of a configured list; messages name the property. */
    public static List<TargetTemplate> list(String property, List<Map<String, String>> configured) {
        List<TargetTemplate> templates = new ArrayList<>();
        for (int i = 0; i < configured.size(); i++) {
            try {
                templates.add(of(configured.get(i)));
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(property + "[" + i + "]: " + wrong.getMessage(), wrong);
            }
        }
        return List.copyOf(templates);
    }

    /**
     * The targets that it makes of a document.
     *
     * @throws IllegalArgumentException if a path leads nowhere; the message names it
     */
    public List<Target> fill(JsonNode document) {
        List<StringBuilder> values = List.of(new StringBuilder());
        Matcher path = PATH.matcher(template);
        int end = 0;
        while (path.find()) {
            String literal = template.substring(end, path.start());
            List<StringBuilder> longer = new ArrayList<>();
            for (String text : texts(document, path.group(1))) {
                values.forEach(value ->
                        longer.add(new StringBuilder(value).append(literal).append(text)));
            }
            values = longer;
            end = path.end();
        }
        String rest = template.substring(end);
        return values.stream()
                .map(v -> new Target(kind, v.append(rest).toString()))
                .toList();
    }

    private static List<String> texts(JsonNode document, String path) {
        JsonNode found = document;
        for (String step : path.split("\\.", -1)) {
            found = found.isArray()
                            && !step.isEmpty()
                            && step.chars().allMatch(c -> c >= '0' && c <= '9')
                            && step.length() < 10
                    ? found.path(Integer.parseInt(step))
                    : found.path(step);
        }
        List<JsonNode> nodes = found.isArray() ? found.values().stream().toList() : List.of(found);
        if (nodes.isEmpty() || !nodes.stream().allMatch(n -> n.isValueNode() && !n.isNull())) {
            throw new IllegalArgumentException("there is no text, number or list of them at " + path);
        }
        return nodes.stream().map(JsonNode::asString).toList();
    }
}
