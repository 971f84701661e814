package io.tidemark.gateway.policy;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a policy adds to the keys of its stored responses beside the URL: one version for all of them. While it is the same,
 * nothing changes; once it is another one, every request is a miss, whatever the responses are tagged with. Thread-safe.
 */
public sealed interface KeyVersion permits KeyVersion.None, RedactedVersion, TagVersion, UrlVersion {
    KeyVersion NONE = new None();

    /** The version, null if it must be asked for. Does not block. */
    @Nullable
    String known();

    /** The version; completes at once if it is {@link #known}. Never fails and never is empty. */
    Mono<String> current();

    /** Keys without a version. */
    final class None implements KeyVersion {
        private None() {}

        @Override
        public String known() {
            return "";
        }

        @Override
        public Mono<String> current() {
            return Mono.just("");
        }
    }
}
