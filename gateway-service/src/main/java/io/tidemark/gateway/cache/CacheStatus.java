package io.tidemark.gateway.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a request was handled, as a member of the Cache-Status field (RFC 9211). Immutable.
 *
 * @param fwd why it went to the origin, null for a hit
 * @param fwdStatus the status that the origin gave, where it differs from the answer's
 * @param ttl what remains of the freshness lifetime, negative for a stale response
 */
public record CacheStatus(
        boolean hit,
        @Nullable FwdReason fwd,
        @Nullable Integer fwdStatus,
        @Nullable Duration ttl,
        boolean stored,
        boolean collapsed,
        @Nullable String key,
        @Nullable String detail) {
    private static final int LONGEST_KEY = 2048;

    /** The field's name. */
    public static final String FIELD = "Cache-Status";

    public static CacheStatus hit(Duration ttl) {
        return new CacheStatus(true, null, null, ttl, false, false, null, null);
    }

    public static CacheStatus forwarded(FwdReason reason) {
        return new CacheStatus(false, reason, null, null, false, false, null, null);
    }

    public CacheStatus withFwdStatus(int status) {
        return new CacheStatus(hit, fwd, status, ttl, stored, collapsed, key, detail);
    }

    public CacheStatus withTtl(Duration newTtl) {
        return new CacheStatus(hit, fwd, fwdStatus, newTtl, stored, collapsed, key, detail);
    }

    public CacheStatus withStored() {
        return new CacheStatus(hit, fwd, fwdStatus, ttl, true, collapsed, key, detail);
    }

    public CacheStatus withCollapsed() {
        return new CacheStatus(hit, fwd, fwdStatus, ttl, stored, true, key, detail);
    }

    /** With the key, unless it is longer than {@value #LONGEST_KEY} characters: many clients bound a response's head by 8 KiB. */
    public CacheStatus withKey(String newKey) {
        return newKey.length() > LONGEST_KEY
                ? this
                : new CacheStatus(hit, fwd, fwdStatus, ttl, stored, collapsed, newKey, detail);
    }

    public CacheStatus withDetail(String newDetail) {
        return new CacheStatus(hit, fwd, fwdStatus, ttl, stored, collapsed, key, newDetail);
    }

    /** The list member, as {@code tidemark-eu-1; hit; ttl=42}. The name must be a token. */
    public String text(String cacheName) {
        StringBuilder text = new StringBuilder(48).append(cacheName);
        if (hit) {
            text.append("; hit");
        }
        if (fwd != null) {
            text.append("; fwd=").append(fwd.label());
        }
        if (fwdStatus != null) {
            text.append("; fwd-status=").append(fwdStatus.intValue());
        }
        if (ttl != null) {
            text.append("; ttl=").append(ttl.toSeconds());
        }
        if (stored) {
            text.append("; stored");
        }
        if (collapsed) {
            text.append("; collapsed");
        }
        if (key != null) {
            quoted(text.append("; key="), key);
        }
        if (detail != null) {
            quoted(text.append("; detail="), detail);
        }
        return text.toString();
    }

    private static void quoted(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c < ' ' || c > '~' ? '?' : c);
        }
        text.append('"');
    }

    /** The short form for people, in X-Cache-Status. */
    public enum Summary {
        HIT,
        STALE,
        MISS,
        REVALIDATED,
        BYPASS;

        public static final String FIELD = "X-Cache-Status";
    }
}
