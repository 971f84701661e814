package io.tidemark.gateway.redact;

import io.tidemark.gateway.redact.WithheldException.Reason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.async.ByteArrayFeeder;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads one body as it comes, token by token, and writes it anew with what the rules leave. What is written is given away only when
 * the body has ended and was JSON of one meaning: no member twice, nothing behind the value, UTF-8. No tree is built; what is held is
 * what was written. Numbers keep their digits. For one body; not thread-safe.
 */
final class JsonRedactor {
    private static final String STARS = "***";

    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final JsonGenerator generator;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final List<RuleTree> root;
    private final KeyedHash hash;
    private final Limits limits;

    private long read;
    private boolean ended;
    private int depth;

    /** Where a value that is not copied ends; 0: nothing is left out at the moment. */
    private int leftOutFrom;

    private KeyedHash.@Nullable Running hashing;

    /**
     * The bounds of a body.
     *
     * @param bytes the longest
     * @param depth how deep arrays and objects may lie in each other
     */
    record Limits(long bytes, int depth) {}

    /** An array or object that is being copied. */
    private static final class Level {
        private final boolean isArray;
        private final List<RuleTree> places;
        private int next;
        private List<RuleTree> member = List.of();

        Level(boolean isArray, List<RuleTree> places) {
            this.isArray = isArray;
            this.places = places;
        }
    }

    JsonRedactor(JsonFactory json, RuleTree rules, KeyedHash hash, Limits limits) {
        this.root = List.of(rules);
        this.hash = hash;
        this.limits = limits;
        parser = json.createNonBlockingByteArrayParser(ObjectReadContext.empty());
        feeder = (ByteArrayFeeder) parser.nonBlockingInputFeeder();
        generator = json.createGenerator(ObjectWriteContext.empty(), written, JsonEncoding.UTF8);
    }

    /** Makes the parsers of bodies within these limits. */
    static JsonFactory factory(Limits limits) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.depth + 1) // ours is tried first
                        .maxStringLength((int) Math.min(Integer.MAX_VALUE, limits.bytes))
                        .build())
                .build();
    }

    /** Takes what has come. Fails with {@link WithheldException}. */
    void feed(byte[] bytes) {
        read += bytes.length;
        if (read > limits.bytes) {
            throw new WithheldException(Reason.TOO_LARGE);
        }
        guarded(() -> {
            feeder.feedInput(bytes, 0, bytes.length);
            tokens();
        });
    }

    /** The body as it may be seen, once all has come; empty if nothing came. Fails with {@link WithheldException}. */
    byte[] end() {
        if (read == 0) {
            return new byte[0];
        }
        guarded(() -> {
            feeder.endOfInput();
            tokens();
            if (!ended) {
                throw new WithheldException(Reason.CUT_OFF);
            }
            generator.close();
        });
        return written.toByteArray();
    }

    private static void guarded(Runnable reading) {
        try {
            reading.run();
        } catch (UnexpectedEndOfInputException cut) {
            throw new WithheldException(Reason.CUT_OFF);
        } catch (JacksonException malformed) {
            throw new WithheldException(Reason.MALFORMED);
        }
    }

    private void tokens() {
        for (JsonToken token = parser.nextToken();
                token != null && token != JsonToken.NOT_AVAILABLE;
                token = parser.nextToken()) {
            if (ended) {
                throw new WithheldException(Reason.MALFORMED);
            }
            if (token.isStructStart() && ++depth > limits.depth) {
                throw new WithheldException(Reason.TOO_DEEP);
            }
            if ((token == JsonToken.VALUE_STRING || token == JsonToken.PROPERTY_NAME)
                    && hasHalfAPair(parser.getString())) {
                throw new WithheldException(Reason.MALFORMED);
            }
            if (leftOutFrom > 0) {
                leftOut(token);
            } else {
                take(token);
            }
            if (token.isStructEnd()) {
                depth--;
            }
            ended = depth == 0 && token != JsonToken.PROPERTY_NAME;
        }
    }

    /** Half of a surrogate pair stands for no character (RFC 8259 §8.2). */
    private static boolean hasHalfAPair(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
            }
        }
        return false;
    }

    private void leftOut(JsonToken token) {
        if (hashing != null) {
            hashing.add(token.name(), text(token));
        }
        if (token.isStructEnd() && depth == leftOutFrom) {
            leftOutFrom = 0;
            if (hashing != null) {
                generator.writeString(hashing.end());
                hashing = null;
            }
        }
    }

    private void take(JsonToken token) {
        switch (token) {
            case PROPERTY_NAME -> {
                Level object = levels.getFirst();
                object.member = RuleTree.below(object.places, parser.getString());
                if (!isRemoved(object.member)) {
                    generator.writeName(parser.getString());
                }
            }
            case END_OBJECT -> {
                levels.removeFirst();
                generator.writeEndObject();
            }
            case END_ARRAY -> {
                levels.removeFirst();
                generator.writeEndArray();
            }
            default -> value(token, places());
        }
    }

    private static boolean isRemoved(List<RuleTree> places) {
        RedactionRule rule = RuleTree.ruleOf(places);
        return rule != null && rule.action() == RedactionAction.REMOVE;
    }

    /** What the rules have for the value that begins here. */
    private List<RuleTree> places() {
        Level level = levels.peekFirst();
        if (level == null) {
            return root;
        }
        return level.isArray ? RuleTree.below(level.places, Integer.toString(level.next++)) : level.member;
    }

    private void value(JsonToken token, List<RuleTree> places) {
        RedactionRule rule = RuleTree.ruleOf(places);
        if (rule == null) {
            copy(token, places);
            return;
        }
        switch (rule.action()) {
            case REMOVE -> {
                if (levels.isEmpty()) {
                    generator.writeNull();
                }
            }
            case REPLACE -> replace(rule.with());
            case MASK -> generator.writeString(token == JsonToken.VALUE_STRING ? masked(parser.getString()) : STARS);
            case HASH -> {
                KeyedHash.Running running = hash.begin();
                running.add(token.name(), text(token));
                if (token.isStructStart()) {
                    hashing = running;
                } else {
                    generator.writeString(running.end());
                }
            }
        }
        if (token.isStructStart()) {
            leftOutFrom = depth;
        }
    }

    private void replace(@Nullable String with) {
        if (with == null) {
            generator.writeNull();
        } else {
            generator.writeString(with);
        }
    }

    private static String masked(String text) {
        // of a short one the first character would be half of it
        return text.codePointCount(0, text.length()) < 4
                ? STARS
                : text.substring(0, text.offsetByCodePoints(0, 1)) + STARS;
    }

    private String text(JsonToken token) {
        return token.isStructStart() || token.isStructEnd() ? "" : parser.getString();
    }

    private void copy(JsonToken token, List<RuleTree> places) {
        switch (token) {
            case START_OBJECT -> {
                generator.writeStartObject();
                levels.addFirst(new Level(false, places));
            }
            case START_ARRAY -> {
                generator.writeStartArray();
                levels.addFirst(new Level(true, places));
            }
            case VALUE_STRING -> generator.writeString(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> generator.writeNumber(parser.getString());
            case VALUE_TRUE -> generator.writeBoolean(true);
            case VALUE_FALSE -> generator.writeBoolean(false);
            case VALUE_NULL -> generator.writeNull();
            default -> throw new WithheldException(Reason.MALFORMED);
        }
    }
}
