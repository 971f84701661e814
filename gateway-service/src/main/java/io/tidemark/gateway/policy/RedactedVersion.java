package io.tidemark.gateway.policy;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A policy's own version with that of the rules by which its answers are redacted, so that a whole and a redacted body never meet.
 *
 * @param policys the policy's own
 * @param rules a digest of the rules
 */
record RedactedVersion(KeyVersion policys, String rules) implements KeyVersion {
    @Override
    public @Nullable String known() {
        String known = policys.known();
        return known == null ? null : text(known);
    }

    @Override
    public Mono<String> current() {
        return policys.current().map(this::text);
    }

    private String text(String version) {
        return '~' + rules + ' ' + version;
    }
}
