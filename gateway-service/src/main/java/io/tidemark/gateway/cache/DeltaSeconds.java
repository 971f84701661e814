package io.tidemark.gateway.cache;

import java.util.OptionalLong;

/** A non-negative number of seconds (RFC 9111 §1.2.2). */
final class DeltaSeconds {
    private DeltaSeconds() {}

    /** Digits only; what does not fit counts as {@link CacheControl#MAX_SECONDS}; empty if it is no such number. */
    static OptionalLong parse(String text) {
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalLong.empty();
            }
            seconds = Math.min(CacheControl.MAX_SECONDS, seconds * 10 + (digit - '0'));
        }
        return OptionalLong.of(seconds);
    }
}
