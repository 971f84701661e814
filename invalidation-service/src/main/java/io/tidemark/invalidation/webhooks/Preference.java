package io.tidemark.invalidation.webhooks;

import java.time.Duration;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Optional;

/** The {@code wait} preference of RFC 7240. */
final class Preference {
    private static final int MAX_DIGITS = 9;

    private Preference() {}

    /**
     * The first {@code wait=<seconds>} among the {@code Prefer} fields, at most {@code longest}; empty without a
     * well-formed one: RFC 7240 section 2 has preferences ignored that are not understood.
     */
    static Optional<Duration> wait(Enumeration<String> fields, Duration longest) {
        while (fields.hasMoreElements()) {
            for (String preference : fields.nextElement().split("[,;]", -1)) {
                String[] parts = preference.split("=", 2);
                if (parts.length == 2
                        && parts[0].strip().toLowerCase(Locale.ROOT).equals("wait")) {
                    String seconds = parts[1].strip().replaceAll("^\"|\"$", "");
                    if (!seconds.isEmpty()
                            && seconds.length() <= MAX_DIGITS
                            && seconds.chars().allMatch(c -> c >= '0' && c <= '9')) {
                        Duration asked = Duration.ofSeconds(Long.parseLong(seconds));
                        return Optional.of(asked.compareTo(longest) > 0 ? longest : asked);
                    }
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
