package io.tidemark.contracts;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records as JSON bytes and back. An unknown field is ignored; an unknown schema number is refused.
 *
 * @param <T> the record type
 */
public final class RecordCodec<T> {
    public static final RecordCodec<Purge> PURGE = new RecordCodec<>(Purge.class, Purge.SCHEMA);
    public static final RecordCodec<Watermark> WATERMARK = new RecordCodec<>(Watermark.class, Watermark.SCHEMA);
    public static final RecordCodec<Erasure> ERASURE = new RecordCodec<>(Erasure.class, Erasure.SCHEMA);
    public static final RecordCodec<Write> WRITE = new RecordCodec<>(Write.class, Write.SCHEMA, Write.SEALED_SCHEMA);

    public static final RecordCodec<Preview> PREVIEW = new RecordCodec<>(Preview.class, Preview.SCHEMA);
    public static final RecordCodec<PreviewCount> PREVIEW_COUNT =
            new RecordCodec<>(PreviewCount.class, PreviewCount.SCHEMA);

    public static final RecordCodec<Inquiry> INQUIRY = new RecordCodec<>(Inquiry.class, Inquiry.SCHEMA);
    public static final RecordCodec<InquiryAnswer> INQUIRY_ANSWER =
            new RecordCodec<>(InquiryAnswer.class, InquiryAnswer.SCHEMA);

    public static final RecordCodec<KeyPromotion> KEY_PROMOTION =
            new RecordCodec<>(KeyPromotion.class, KeyPromotion.SCHEMA);

    public static final RecordCodec<DocumentHead> DOCUMENT_HEAD =
            new RecordCodec<>(DocumentHead.class, DocumentHead.SCHEMA);

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // a write's 12.50 stays 12.50
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final Class<T> type;
    private final int schema;
    private final int newest;

    private RecordCodec(Class<T> type, int schema) {
        this(type, schema, schema);
    }

    /** @param newest the last schema that is read, from the first on */
    private RecordCodec(Class<T> type, int schema, int newest) {
        this.type = type;
        this.schema = schema;
        this.newest = newest;
    }

    public byte[] encode(T value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /**
     * Reads a record.
     *
     * @throws UnknownSchemaException if it is one of another schema
     * @throws UnreadableRecordException if it is no such record of any schema
     */
    public T decode(byte[] json) {
        try {
            int found = schemaOf(json);
            if (found < schema || found > newest) {
                String what = type.getSimpleName() + " record of schema " + (found == 0 ? "(none)" : found)
                        + "; this version reads schema " + schema + (newest == schema ? "" : " to " + newest);
                throw found == 0 ? new UnreadableRecordException(what) : new UnknownSchemaException(what);
            }
            return MAPPER.readValue(json, type);
        } catch (JacksonException malformed) {
            throw new UnreadableRecordException(
                    "not a " + type.getSimpleName() + " record: " + malformed.getOriginalMessage(), malformed);
        }
    }

    /** The number of the record's schema, 0 if it has none. Records name it first, so that hardly anything is read twice. */
    private static int schemaOf(byte[] json) {
        try (JsonParser parser = MAPPER.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return 0;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals("schema")) {
                    return value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : 0;
                }
                parser.skipChildren();
            }
            return 0;
        }
    }

    /** A record that this version cannot read. Reading it again does not help. */
    public static class UnreadableRecordException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public UnreadableRecordException(String message) {
            super(message);
        }

        public UnreadableRecordException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A record of a schema that this version does not know; another version may. */
    public static final class UnknownSchemaException extends UnreadableRecordException {
        private static final long serialVersionUID = 1L;

        UnknownSchemaException(String message) {
            super(message);
        }
    }
}
