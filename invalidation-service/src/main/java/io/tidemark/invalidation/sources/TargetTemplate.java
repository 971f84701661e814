package io.tidemark.invalidation.sources;

import io.tidemark.commons.templates.JsonText;
import io.tidemark.commons.templates.Template;
import io.tidemark.contracts.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A target whose value is filled in from a JSON document, as {@code tag: "product:{data.id}"}. A path names members by
 * their names and elements of arrays by their numbers. Where it leads to an array of texts, numbers or booleans, the
 * template makes one target for each. Immutable.
 *
 * <p>What is filled in is encoded as {@link Template} has it, so that no document widens a target.
 */
public final class TargetTemplate {
    /** More than anybody counts. */
    private static final long MANY = 1_000_000_000;

    private final Target.Kind kind;
    private final Template template;

    private TargetTemplate(Target.Kind kind, String text) {
        this.kind = kind;
        this.template = Template.parse(
                text,
                switch (kind) {
                    case URL, PREFIX, PATTERN -> Template.Syntax.URL;
                    case HOST -> Template.Syntax.HOST;
                    case TAG, ALL, GROUP, SUBJECT, INVALID -> Template.Syntax.TEXT;
                });
        if (template.places().isEmpty()) {
            Targets.of(kind, text); // taken as it is written, or refused at the start
        }
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
     * How many targets it makes of a document, before any is made: two lists make as many as their product.
     *
     * @throws IllegalArgumentException as {@link #fill}
     */
    public long count(JsonNode document) {
        return template.places().stream()
                .mapToLong(place -> texts(document, place).size())
                .reduce(1, (one, other) -> Math.min(one * other, MANY));
    }

    /**
     * The targets that it makes of a document.
     *
     * @throws IllegalArgumentException if a path leads nowhere, or to a text that makes no target; the message names it
     */
    public List<Target> fill(JsonNode document) {
        List<Map<String, String>> fillings = List.of(Map.of());
        for (String place : template.places()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (String text : texts(document, place)) {
                for (Map<String, String> filling : fillings) {
                    Map<String, String> more = new HashMap<>(filling);
                    more.put(place, text);
                    longer.add(more);
                }
            }
            fillings = longer;
        }
        return fillings.stream()
                .map(filling -> Targets.of(kind, template.fill(place -> Objects.requireNonNull(filling.get(place)))))
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
        List<String> texts =
                nodes.stream().map(JsonText::of).flatMap(Optional::stream).toList();
        if (texts.isEmpty() || texts.size() < nodes.size()) {
            throw new IllegalArgumentException(
                    "what is at " + path + ", or each element of the list there, " + JsonText.USABLE);
        }
        return texts;
    }
}
