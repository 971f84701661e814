package io.tidemark.invalidation.freshness;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last versions of the canary, in the order in which its origin showed them. Those that are numbers are compared as such; of
 * others one that was never seen at the origin counts as newer. Times are of the monotonic clock, in nanoseconds. Thread-safe;
 * keeps the last {@value #KEPT}.
 */
final class CanaryHistory {
    static final int KEPT = 64;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final List<Version> versions = new ArrayList<>();

    private record Version(String name, long since) {}

    /** The origin shows this one; whether it is another than before. */
    synchronized boolean came(String name, long since) {
        if (!versions.isEmpty() && versions.getLast().name().equals(name)) {
            return false;
        }
        versions.add(new Version(name, since));
        if (versions.size() > KEPT) {
            versions.removeFirst();
        }
        return true;
    }

    synchronized @Nullable String newest() {
        return versions.isEmpty() ? null : versions.getLast().name();
    }

    /** Whether what is shown is as new as this one. */
    synchronized boolean isAtLeast(String shown, String wanted) {
        if (NUMBER.matcher(shown).matches() && NUMBER.matcher(wanted).matches()) {
            return Long.parseLong(shown) >= Long.parseLong(wanted);
        }
        int at = indexOf(shown);
        return at < 0 || at >= indexOf(wanted);
    }

    /** For how long there has been a newer one than what is shown; 0 if there is none. */
    synchronized long supersededFor(String shown, long now) {
        for (Version version : versions) {
            if (!isAtLeast(shown, version.name())) {
                return Math.max(0, now - version.since());
            }
        }
        return 0;
    }

    private int indexOf(String name) {
        for (int i = versions.size() - 1; i >= 0; i--) {
            if (versions.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }
}
