package io.tidemark.commons.templates;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text with places in braces, as {@code /products/{id}}, that data fills. What a name means is its caller's affair.
 * Immutable.
 *
 * <p>In a {@linkplain Syntax#URL URL} a value is percent-encoded (RFC 3986 section 2.1), so that it is neither a delimiter nor
 * a wildcard. One that would be a dot segment cannot be encoded: recipients decode before they remove dot segments (section
 * 6.2.2), some slashes and backslashes too. A place at the very beginning stands for the URL itself, or for its beginning;
 * there only what no URL contains, and the wildcard, is encoded.
 */
public final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{([^{}]+)}");
    private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+");
    private static final Pattern PARTS = Pattern.compile("[/\\\\;]");

    private final String text;
    private final Syntax syntax;
    private final List<Piece> pieces;

    /** What the filled text is. */
    public enum Syntax {
        /** Any text: values stand in it as they are. */
        TEXT,
        /** The name of a host: values have letters, digits, hyphens, dots and underscores. */
        HOST,
        /** A URL, or a path with or without a query, or a prefix or pattern of those. */
        URL
    }

    private record Piece(String text, boolean isPlace) {}

    private record Filled(String place, int from, int to) {}

    private Template(String text, Syntax syntax, List<Piece> pieces) {
        this.text = text;
        this.syntax = syntax;
        this.pieces = List.copyOf(pieces);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it has a brace without its other one, or nothing between two
     */
    public static Template parse(String text, Syntax syntax) {
        List<Piece> pieces = new ArrayList<>();
        Matcher place = PLACE.matcher(text);
        int end = 0;
        while (place.find()) {
            addLiteral(text, end, place.start(), pieces);
            pieces.add(new Piece(place.group(1), true));
            end = place.end();
        }
        addLiteral(text, end, text.length(), pieces);
        return new Template(text, syntax, pieces);
    }

    private static void addLiteral(String text, int from, int to, List<Piece> pieces) {
        String literal = text.substring(from, to);
        if (literal.indexOf('{') >= 0 || literal.indexOf('}') >= 0) {
            throw new IllegalArgumentException("a place is a name in braces: \"" + text + '"');
        }
        if (!literal.isEmpty()) {
            pieces.add(new Piece(literal, false));
        }
    }

    /** The names of its places, each once. */
    public Collection<String> places() {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        pieces.stream().filter(Piece::isPlace).map(Piece::text).forEach(names::add);
        return names;
    }

    /**
     * The text with its places filled.
     *
     * @param values the value of each name
     * @throws UnfillableException if a value is empty, has half of a surrogate pair, or cannot be encoded
     */
    public String fill(UnaryOperator<String> values) {
        StringBuilder filled = new StringBuilder();
        List<Filled> places = new ArrayList<>();
        for (Piece piece : pieces) {
            if (piece.isPlace) {
                int from = filled.length();
                filled.append(encoded(piece.text, values.apply(piece.text), filled));
                places.add(new Filled(piece.text, from, filled.length()));
            } else {
                filled.append(piece.text);
            }
        }
        if (syntax == Syntax.URL && !places.isEmpty()) {
            refuseDotSegments(filled, places);
        }
        return filled.toString();
    }

    private String encoded(String place, String value, CharSequence before) {
        if (value.isEmpty()) {
            throw new UnfillableException(place, "must not be empty");
        }
        if (value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new UnfillableException(
                    place, "must not have half of a surrogate pair, which stands for no character");
        }
        return switch (syntax) {
            case TEXT -> value;
            case HOST -> host(place, value);
            case URL -> {
                if (before.isEmpty()) {
                    yield asUrl(value);
                }
                if (AUTHORITY.matcher(before).matches()) {
                    yield host(place, value);
                }
                if (before.chars().noneMatch(c -> c == '?')
                        && PARTS.splitAsStream(value).anyMatch(Template::isDots)) {
                    throw dots(place);
                }
                yield URLEncoder.encode(value, StandardCharsets.UTF_8)
                        .replace("+", "%20")
                        .replace("*", "%2A");
            }
        };
    }

    private static String host(String place, String value) {
        if (!HOST.matcher(value).matches()) {
            throw new UnfillableException(place, "must be the name of a host");
        }
        return value;
    }

    private static String asUrl(String value) {
        StringBuilder url = new StringBuilder();
        value.codePoints()
                .forEach(c -> url.append(
                        c > ' ' && c < 0x7f && "\"*<>\\^`{|}".indexOf(c) < 0
                                ? Character.toString(c)
                                : URLEncoder.encode(Character.toString(c), StandardCharsets.UTF_8)
                                        .replace("+", "%20")
                                        .replace("*", "%2A")));
        return url.toString();
    }

    /** Of the segments that a value is in, also where it is only a part of one. */
    private static void refuseDotSegments(CharSequence url, List<Filled> places) {
        String path = url.toString().split("[?#]", 2)[0];
        int from = 0;
        for (String segment : path.split("/", -1)) {
            int start = from;
            int end = from + segment.length();
            if (isDots(segment.replaceAll("%2[eE]", "."))) {
                places.stream()
                        .filter(place -> place.from <= end && place.to >= start)
                        .findFirst()
                        .ifPresent(place -> {
                            throw dots(place.place);
                        });
            }
            from = end + 1;
        }
    }

    private static boolean isDots(String segment) {
        return segment.equals(".") || segment.equals("..");
    }

    private static UnfillableException dots(String place) {
        return new UnfillableException(
                place, "must not be or contain a dot segment (\".\" or \"..\"): it cannot be encoded");
    }

    /** The template as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
