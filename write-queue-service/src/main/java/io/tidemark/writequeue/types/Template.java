package io.tidemark.writequeue.types;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A text with places that a write's data fills: {@code {id}} is the member {@code id} of the data, {@code {/a/b}} the
 * value at that JSON pointer (RFC 6901). Only strings, numbers and booleans fill a place. Immutable.
 */
public final class Template {
    private static final Pattern PLACE = Pattern.compile("\\{([^{}]+)}");

    private final String text;
    private final List<Piece> pieces;

    private sealed interface Piece {
        record Literal(String text) implements Piece {}

        record Place(JsonPointer pointer) implements Piece {}
    }

    private Template(String text, List<Piece> pieces) {
        this.text = text;
        this.pieces = List.copyOf(pieces);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if a place is no member name and no JSON pointer
     */
    public static Template parse(String text) {
        List<Piece> pieces = new ArrayList<>();
        Matcher place = PLACE.matcher(text);
        int end = 0;
        while (place.find()) {
            pieces.add(new Piece.Literal(text.substring(end, place.start())));
            String name = place.group(1);
            pieces.add(new Piece.Place(
                    name.startsWith("/")
                            ? JsonPointer.compile(name)
                            : JsonPointer.empty().appendProperty(name)));
            end = place.end();
        }
        pieces.add(new Piece.Literal(text.substring(end)));
        return new Template(text, pieces);
    }

    /** The places that this data does not fill, as JSON pointers into the data. */
    public Set<String> unfilledBy(JsonNode data) {
        Set<String> unfilled = new LinkedHashSet<>();
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Place(JsonPointer pointer)) {
                JsonNode value = data.at(pointer);
                if (!value.isValueNode() || value.isNull() || value.asString().isEmpty()) {
                    unfilled.add(pointer.toString());
                }
            }
        }
        return unfilled;
    }

    /** The text as it is, filled. Only for data that leaves no place unfilled. */
    public String fill(JsonNode data) {
        return fill(data, UnaryOperator.identity());
    }

    /**
     * The text as a URL path, each filled place one percent-encoded segment or part of one. A value of only dots is
     * encoded too, so that no value can climb to another path.
     */
    public String fillPath(JsonNode data) {
        return fill(data, Template::encodeSegment);
    }

    private String fill(JsonNode data, UnaryOperator<String> encoding) {
        StringBuilder filled = new StringBuilder();
        for (Piece piece : pieces) {
            switch (piece) {
                case Piece.Literal(String literal) -> filled.append(literal);
                case Piece.Place(JsonPointer pointer) ->
                    filled.append(encoding.apply(data.at(pointer).asString()));
            }
        }
        return filled.toString();
    }

    private static String encodeSegment(String value) {
        String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
        return value.chars().allMatch(c -> c == '.') ? encoded.replace(".", "%2E") : encoded;
    }

    @Override
    public String toString() {
        return text;
    }
}
