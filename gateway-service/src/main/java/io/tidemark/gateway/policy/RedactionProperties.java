package io.tidemark.gateway.policy;

import io.tidemark.gateway.redact.RedactionAction;
import io.tidemark.gateway.redact.RedactionRule;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.redaction.*}: what is taken out of origins' JSON before anything of it is stored, sent or written down.
 *
 * @param rules all of them
 * @param audienceClaim the claim of users' tokens that says which audience a request is of
 * @param maxBody the longest body that is redacted; longer ones are withheld
 * @param maxDepth how deep its arrays and objects may lie in each other
 */
@ConfigurationProperties(value = "tidemark.redaction", ignoreUnknownFields = false)
record RedactionProperties(
        @DefaultValue List<Rule> rules,
        @DefaultValue("aud") String audienceClaim,
        @DefaultValue("1MB") DataSize maxBody,
        @DefaultValue("64") int maxDepth) {
    /**
     * {@code tidemark.redaction.rules[n].*}.
     *
     * @param routes the ids of the routes that it is for
     * @param pointer the JSON pointer (RFC 6901) of what it is for; {@code *} as a whole segment is any member, any element
     * @param action what becomes of it
     * @param with what {@code replace} puts in its place; {@code null} by default
     * @param audience it is for these audiences, and for requests of whose audience nobody knows; for all by default
     * @param regions it is for these regions; for all by default
     */
    record Rule(
            Set<String> routes,
            String pointer,
            RedactionAction action,
            @Nullable String with,
            @DefaultValue Set<String> audience,
            @DefaultValue Set<String> regions) {
        RedactionRule toRule() {
            return new RedactionRule(pointer, action, with);
        }
    }

    RedactionProperties {
        rules = List.copyOf(rules);
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            String property = "tidemark.redaction.rules[" + i + "]";
            if (rule.routes == null || rule.routes.isEmpty() || rule.pointer == null || rule.action == null) {
                throw new IllegalArgumentException(property + " needs routes, pointer and action");
            }
            try {
                RedactionRule _ = rule.toRule();
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException(
                        property + ": " + malformed.getMessage()); // Boot shows the innermost
            }
        }
        if (maxBody.toBytes() < 1
                || maxBody.toBytes() > DataSize.ofMegabytes(64).toBytes()) {
            throw new IllegalArgumentException("tidemark.redaction.max-body must be from 1B to 64MB: " + maxBody);
        }
        if (maxDepth < 1 || maxDepth > 1000) {
            throw new IllegalArgumentException("tidemark.redaction.max-depth must be from 1 to 1000: " + maxDepth);
        }
    }
}
