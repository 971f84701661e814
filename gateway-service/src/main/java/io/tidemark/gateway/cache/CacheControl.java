package io.tidemark.gateway.cache;

import io.tidemark.gateway.http.Headers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The directives of a Cache-Control field (RFC 9111 §5.2), of a request or a response.
 *
 * <p>Lenient about lists, whitespace, case and unknown directives, strict where leniency would make a response live
 * longer: a directive with an invalid number counts as zero, and of a directive that is repeated with different numbers the
 * response is stale (§4.2.1).
 */
public final class CacheControl {
    /** What a number that does not fit counts as, in seconds (RFC 9111 §1.2.2). */
    public static final long MAX_SECONDS = Integer.MAX_VALUE;

    public static final CacheControl NONE = new CacheControl(Map.of());

    /** Directive name in lower case to its argument, "" if it has none. */
    private final Map<String, String> directives;

    private CacheControl(Map<String, String> directives) {
        this.directives = directives;
    }

    /** The directives of all Cache-Control lines. */
    public static CacheControl of(Headers headers) {
        return parse(headers.all("Cache-Control"));
    }

    /** The directives of these lines, which count as one list. */
    public static CacheControl parse(List<String> lines) {
        if (lines.isEmpty()) {
            return NONE;
        }
        Map<String, String> directives = new LinkedHashMap<>();
        for (String line : lines) {
            new DirectiveScanner(line).forEach((name, argument) -> put(directives, name, argument));
        }
        return new CacheControl(directives);
    }

    /** From directives that were parsed elsewhere (RFC 9213). */
    static CacheControl ofDirectives(Map<String, String> directives) {
        return new CacheControl(Map.copyOf(directives));
    }

    private static void put(Map<String, String> directives, String name, String argument) {
        String before = directives.putIfAbsent(name, argument);
        if (before == null || before.equals(argument)) {
            return;
        }
        if (name.equals("no-cache") || name.equals("private")) {
            // Without field names it says more than with them.
            directives.put(name, before.isEmpty() || argument.isEmpty() ? "" : before + "," + argument);
        } else {
            directives.put(name, DirectiveScanner.INVALID);
        }
    }

    public boolean has(String directive) {
        return directives.containsKey(directive);
    }

    /** The argument, null if the directive is absent; "" if it has none. */
    public @Nullable String argument(String directive) {
        return directives.get(directive);
    }

    /** The argument as a number of seconds: empty if the directive is absent, zero if the argument is invalid. */
    public OptionalLong seconds(String directive) {
        String argument = directives.get(directive);
        return argument == null ? OptionalLong.empty() : OptionalLong.of(parseSeconds(argument));
    }

    private static long parseSeconds(String argument) {
        return DeltaSeconds.parse(argument).orElse(0);
    }

    /** The field names of {@code no-cache="a, b"} or {@code private="a"}; empty if it is absent or stands alone. */
    public Set<String> fieldNames(String directive) {
        String argument = directives.get(directive);
        if (argument == null || argument.isEmpty() || argument.contains(DirectiveScanner.INVALID)) {
            return Set.of();
        }
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : argument.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        return names;
    }

    /** Whether the directive is there and stands for the whole response, not just for some fields. */
    public boolean isUnqualified(String directive) {
        String argument = directives.get(directive);
        return argument != null && fieldNames(directive).isEmpty();
    }

    public boolean isEmpty() {
        return directives.isEmpty();
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CacheControl that && directives.equals(that.directives);
    }

    @Override
    public int hashCode() {
        return directives.hashCode();
    }

    @Override
    public String toString() {
        return directives.toString();
    }
}
