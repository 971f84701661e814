package io.tidemark.gateway.redact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of a body by their pointers' segments. Immutable once it is made. */
final class RuleTree {
    private final Map<String, RuleTree> children = new HashMap<>();
    private @Nullable RedactionRule rule;

    static RuleTree of(List<RedactionRule> rules) {
        RuleTree root = new RuleTree();
        for (RedactionRule rule : rules) {
            RuleTree at = root;
            for (String segment : rule.segments()) {
                at = at.children.computeIfAbsent(segment, _ -> new RuleTree());
            }
            if (at.rule == null || rule.action().compareTo(at.rule.action()) < 0) {
                at.rule = rule;
            }
        }
        return root;
    }

    /** What the rules at these places have for the member or element of that name; a wildcard and its own name may both have some. */
    static List<RuleTree> below(List<RuleTree> places, String name) {
        if (places.isEmpty()) {
            return places;
        }
        List<RuleTree> below = new ArrayList<>(2);
        for (RuleTree place : places) {
            RuleTree named = place.children.get(name);
            if (named != null) {
                below.add(named);
            }
            RuleTree any = place.children.get(RedactionRule.ANY);
            if (any != null && any != named) {
                below.add(any);
            }
        }
        return below;
    }

    /** The rule for the value at these places itself, null if there is none. */
    static @Nullable RedactionRule ruleOf(List<RuleTree> places) {
        RedactionRule strictest = null;
        for (RuleTree place : places) {
            RedactionRule rule = place.rule;
            if (rule != null && (strictest == null || rule.action().compareTo(strictest.action()) < 0)) {
                strictest = rule;
            }
        }
        return strictest;
    }
}
