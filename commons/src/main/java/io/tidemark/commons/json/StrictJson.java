package io.tidemark.commons.json;

import io.tidemark.commons.problems.Shown;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads request bodies. Refused are: a member that occurs twice (RFC 8259 section 4 leaves open which of them counts), anything
 * after the first value, halves of surrogate pairs (section 8.2), and what is beyond these limits. The body's length is its
 * reader's affair. Numbers keep their digits: {@code 12.50} is not {@code 12.5}.
 */
public final class StrictJson {
    /** How deep arrays and objects may lie in each other. */
    public static final int MAX_NESTING = 100;

    /** The longest name of a member, in characters. */
    public static final int MAX_NAME = 1024;

    /** The longest number, in characters. */
    public static final int MAX_NUMBER = 128;

    /** The greatest exponent of a number, and the least with a minus. */
    public static final int MAX_EXPONENT = 999;

    /** How many names, values, and beginnings and ends of arrays and objects there may be: each takes some 100 bytes. */
    public static final int MAX_TOKENS = 200_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_NESTING)
                            .maxNameLength(MAX_NAME)
                            .maxNumberLength(MAX_NUMBER)
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** What only the readers of Jackson's code know. */
    private static final Pattern OF_JACKSON = Pattern.compile("(?s) \\(start marker at \\[.*?]\\)|,? from `[^`]*`");

    private StrictJson() {}

    /**
     * Reads the one value of a body.
     *
     * @throws MalformedJsonException naming the place
     */
    public static JsonNode read(byte[] body) {
        if (isUtf16Or32(body)) {
            throw new MalformedJsonException("", "JSON is sent in UTF-8 (RFC 8259 section 8.1)", 0, 0);
        }
        scan(body);
        return MAPPER.readTree(body);
    }

    /** By a zero or a byte order mark at its beginning, neither of which UTF-8 has there. */
    private static boolean isUtf16Or32(byte[] body) {
        return body.length > 1 && (body[0] == 0 || body[1] == 0 || (body[0] & 0xFF) >= 0xFE);
    }

    /** Reads all tokens once, before anything is built of them. */
    private static void scan(byte[] body) {
        try (JsonParser parser = MAPPER.createParser(body)) {
            try {
                if (parser.nextToken() == null) {
                    throw new MalformedJsonException("", "the body is empty", 0, 0);
                }
                do {
                    check(parser);
                    if (isEndOfTheValue(parser) && parser.nextToken() != null) {
                        throw malformed(parser, "there is something after the value");
                    }
                } while (parser.currentToken() != null && parser.nextToken() != null);
            } catch (JacksonException malformed) {
                TokenStreamLocation place = malformed.getLocation();
                String what = OF_JACKSON.matcher(malformed.getOriginalMessage()).replaceAll("");
                throw malformed(parser, "the body is not JSON that is taken: " + Shown.of(what), place);
            }
        }
    }

    private static boolean isEndOfTheValue(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return token != null
                && !token.isStructStart()
                && parser.streamReadContext().inRoot();
    }

    private static void check(JsonParser parser) {
        switch (parser.currentToken()) {
            case PROPERTY_NAME, VALUE_STRING -> {
                if (hasHalfAPair(parser.getString())) {
                    throw malformed(parser, "half of a surrogate pair stands for no character");
                }
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                if (exponent(parser.getString()) > MAX_EXPONENT) {
                    throw malformed(parser, "a number's exponent is at most " + MAX_EXPONENT);
                }
            }
            case null, default -> {
                // nothing that could be too much
            }
        }
    }

    private static boolean hasHalfAPair(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /** The exponent that is written, without its sign; a number has at most {@value #MAX_NUMBER} characters. */
    private static double exponent(String number) {
        int e = Math.max(number.indexOf('e'), number.indexOf('E'));
        return e < 0 ? 0 : Math.abs(Double.parseDouble(number.substring(e + 1)));
    }

    private static MalformedJsonException malformed(JsonParser parser, String what) {
        return malformed(parser, what, parser.currentTokenLocation());
    }

    private static MalformedJsonException malformed(
            JsonParser parser, String what, @Nullable TokenStreamLocation place) {
        return new MalformedJsonException(
                parser.streamReadContext().pathAsPointer().toString(),
                what,
                place == null ? 0 : place.getLineNr(),
                place == null ? 0 : place.getColumnNr());
    }
}
