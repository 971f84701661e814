package io.tidemark.invalidation.sources;

import io.tidemark.commons.problems.Shown;
import io.tidemark.contracts.Target;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes targets that mean to every gateway what they say here. */
public final class Targets {
    /** The longest pattern, in characters. */
    static final int MAX_PATTERN = 512;

    /** How many wildcards a pattern may have, {@code **} being one. */
    static final int MAX_WILDCARDS = 8;

    private static final Pattern WILDCARD = Pattern.compile("\\*+");

    /** An absolute URL, or one without its scheme (RFC 3986 sections 3.1, 4.2). */
    private static final Pattern ABSOLUTE = Pattern.compile("(?is)(?:https?:)?//([^/?#]*)(.*)");

    /** A URL of ASCII characters with its scheme in lower case: it says the same to everybody. */
    private static final Pattern PLAIN = Pattern.compile("(?s)https?://[\\x00-\\x7f]*|/(?!/).*");

    private Targets() {}

    /**
     * A target of this kind and value; a host's international name becomes its A-label, and {@code //host/path} a URL.
     *
     * @throws IllegalArgumentException saying what is wrong with the value
     */
    public static Target of(Target.Kind kind, String value) {
        return new Target(
                kind,
                switch (kind) {
                    case TAG, ALL, GROUP, SUBJECT, INVALID -> value;
                    case HOST -> host(value);
                    case URL, PREFIX -> placed(value);
                    case PATTERN -> cheap(placed(value));
                });
    }

    private static String host(String value) {
        if (value.matches("(?s).*[\\s/?#@*].*")) {
            throw new IllegalArgumentException(
                    "host must be the name of one host, without a scheme or a path: \"" + value + '"');
        }
        String host = Host.of(value);
        return value.toLowerCase(Locale.ROOT).startsWith(host) ? value : host;
    }

    private static String placed(String value) {
        Matcher absolute = ABSOLUTE.matcher(value.strip());
        if (!absolute.matches()) {
            if (!value.strip().startsWith("/")) {
                throw new IllegalArgumentException(
                        "must start with a slash, or with http:// or https:// and a host: \"" + Shown.of(value) + '"');
            }
            return value;
        }
        String host = Host.of(absolute.group(1));
        return PLAIN.matcher(value.strip()).matches() ? value : "https://" + host + absolute.group(2);
    }

    /** A pattern costs each lookup its length times the path's. */
    private static String cheap(String pattern) {
        if (pattern.length() > MAX_PATTERN) {
            throw new IllegalArgumentException("pattern is longer than " + MAX_PATTERN + " characters");
        }
        if (WILDCARD.matcher(pattern).results().count() > MAX_WILDCARDS) {
            throw new IllegalArgumentException("pattern has more than " + MAX_WILDCARDS + " wildcards");
        }
        return pattern;
    }
}
