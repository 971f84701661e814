package io.tidemark.invalidation.sources;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.SourcesProperties.EventRule;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What an event of one type purges. Immutable. */
public final class EventMapping {
    private final List<TargetTemplate> templates;
    private final Purge.Mode mode;

    EventMapping(String property, EventRule rule) {
        if (rule.targets().isEmpty()) {
            throw new IllegalArgumentException(property + ".targets must hold at least one target");
        }
        this.templates = TargetTemplate.list(property + ".targets", rule.targets());
        this.mode = rule.mode();
    }

    public Purge.Mode mode() {
        return mode;
    }

    /**
     * The targets of an event, each once.
     *
     * @throws IllegalArgumentException if the event lacks something that the mapping needs, or makes more
     *     targets than a purge has; the message names it
     */
    public List<Target> targets(JsonNode event) {
        long count = templates.stream().mapToLong(t -> t.count(event)).sum();
        if (count > Purge.MAX_TARGETS) {
            throw new IllegalArgumentException(
                    "it makes " + count + " targets; a purge has at most " + Purge.MAX_TARGETS);
        }
        Set<Target> targets = new LinkedHashSet<>();
        templates.forEach(template -> targets.addAll(template.fill(event)));
        return List.copyOf(targets);
    }
}
