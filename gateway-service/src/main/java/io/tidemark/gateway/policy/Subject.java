package io.tidemark.gateway.policy;

/** Whose bearer token (RFC 6750, RFC 7519) a request has. */
public sealed interface Subject {
    /** It has none. */
    record Nobody() implements Subject {}

    /** It has one that cannot be trusted, or names no user that can be passed on. */
    record Untrusted() implements Subject {}

    /** The user of a token whose signature and times are right: 1 to 200 visible characters of ASCII. */
    record User(String name) implements Subject {
        private static final int LONGEST = 200;

        static boolean isUsable(String name) {
            return !name.isEmpty() && name.length() <= LONGEST && name.chars().allMatch(c -> c >= '!' && c <= '~');
        }
    }
}
