package io.tidemark.gateway.store;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A stored response as bytes and back.
 *
 * <p>Version 1, big-endian; a text is its length in bytes (4) and UTF-8; an absent one has the length -1:
 *
 * <pre>
 *  0  'T' 'M' 1                magic, version
 *  3  CRC-32C of all that follows (4)
 *  7  position: offset + 1 (8)
 * 15  digest of the variant (16), zeros for the only one
 * 31  position: length of the epoch (1), epoch in ASCII
 *     status (2), request time and response time in ms since 1970 (8 each)
 *     variant: count (4), then name and value in turn
 *     subject: hosts: count (4), texts; path; query; tags: count (4), texts
 *     fields: count (4), then name and value in turn
 *     body: first byte (8), complete length or -1 (8), length (4), bytes
 *     how far the clock of the times was ahead of the origin's, in s (8): only where it was known to be
 * </pre>
 *
 * <p>The position stands where a script can compare it without reading the rest: offsets of one epoch order as their bytes.
 */
public final class StoredResponseCodec {
    static final byte VERSION = 1;

    /** Where the checksum begins, and so how many octets say what a record is: one of another version differs there. */
    static final int CHECKSUM_AT = 3;

    /** Where the position begins, and what the checksum is of. */
    static final int POSITION_AT = CHECKSUM_AT + Integer.BYTES;

    /** Where the digest of the variant begins. */
    static final int VARIANT_AT = POSITION_AT + Long.BYTES;

    /** Where the length of the position's epoch is. */
    static final int EPOCH_AT = VARIANT_AT + VariantDigest.LENGTH;

    private static final int STATUS_AND_TIMES = Short.BYTES + 2 * Long.BYTES;
    private static final int MAX_COUNT = 100_000;

    private StoredResponseCodec() {}

    /** A record that was damaged, or that another version wrote. */
    public static final class UnreadableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message, null, false, false);
        }
    }

    public static byte[] encode(StoredResponse response) {
        RecordOutput.Size size = new RecordOutput.Size();
        write(response, size);
        byte[] record = new byte[size.bytes];
        ByteBuffer buffer = ByteBuffer.wrap(record);
        write(response, new RecordOutput.Bytes(buffer));
        CRC32C checksum = new CRC32C();
        checksum.update(record, POSITION_AT, record.length - POSITION_AT);
        buffer.putInt(CHECKSUM_AT, (int) checksum.getValue());
        return record;
    }

    /**
     * Reads a record.
     *
     * @throws UnreadableException if it was damaged, or is of another version
     */
    public static StoredResponse decode(byte[] record) {
        ByteBuffer buffer = checked(record);
        try {
            Position filledAt = position(buffer);
            int status = buffer.getShort();
            Instant requestTime = Instant.ofEpochMilli(buffer.getLong());
            Instant responseTime = Instant.ofEpochMilli(buffer.getLong());
            int variantFields = count(buffer);
            List<String> names = new ArrayList<>(variantFields);
            List<String> values = new ArrayList<>(variantFields);
            for (int i = 0; i < variantFields; i++) {
                names.add(text(buffer));
                values.add(text(buffer));
            }
            PurgeSubject subject = subject(buffer);
            int fields = count(buffer);
            Headers.Builder headers = Headers.builder();
            for (int i = 0; i < fields; i++) {
                headers.add(text(buffer), text(buffer));
            }
            long first = buffer.getLong();
            long completeLength = buffer.getLong();
            byte[] bytes = new byte[buffer.getInt()];
            buffer.get(bytes);
            StoredBody body = first == 0 && completeLength == bytes.length
                    ? StoredBody.complete(bytes)
                    : StoredBody.part(
                            bytes, first, completeLength < 0 ? OptionalLong.empty() : OptionalLong.of(completeLength));
            Duration skew = buffer.hasRemaining() ? Duration.ofSeconds(buffer.getLong()) : Duration.ZERO;
            return new StoredResponse(
                    new ResponseHead(status, headers.build(), requestTime, responseTime, skew),
                    variantFields == 0 ? Variant.ONLY : new Variant(names, values),
                    body,
                    filledAt,
                    subject);
        } catch (BufferUnderflowException
                | NegativeArraySizeException
                | IllegalArgumentException
                | DateTimeException malformed) {
            throw new UnreadableException("malformed: " + malformed);
        }
    }

    /**
     * What the eraser must know, from the record's first bytes, the checksum unchecked.
     *
     * @throws UnreadableException if they do not hold it
     */
    static StoredRecordHead head(byte[] firstBytes) {
        if (firstBytes.length < POSITION_AT
                || firstBytes[0] != 'T'
                || firstBytes[1] != 'M'
                || firstBytes[2] != VERSION) {
            throw new UnreadableException("no stored response of version " + VERSION);
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(firstBytes).position(POSITION_AT);
            Position filledAt = position(buffer);
            buffer.position(buffer.position() + STATUS_AND_TIMES);
            int variantTexts = 2 * count(buffer);
            for (int i = 0; i < variantTexts; i++) {
                text(buffer);
            }
            return new StoredRecordHead(subject(buffer), filledAt);
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            throw new UnreadableException("malformed: " + malformed);
        }
    }

    private static PurgeSubject subject(ByteBuffer buffer) {
        return new PurgeSubject(texts(buffer), text(buffer), nullableText(buffer), new HashSet<>(texts(buffer)));
    }

    private static ByteBuffer checked(byte[] record) {
        if (record.length < POSITION_AT || record[0] != 'T' || record[1] != 'M') {
            throw new UnreadableException("no stored response");
        }
        if (record[2] != VERSION) {
            throw new UnreadableException("version " + record[2] + "; this gateway reads " + VERSION);
        }
        CRC32C checksum = new CRC32C();
        checksum.update(record, POSITION_AT, record.length - POSITION_AT);
        ByteBuffer buffer = ByteBuffer.wrap(record);
        if (buffer.getInt(CHECKSUM_AT) != (int) checksum.getValue()) {
            throw new UnreadableException("its checksum is wrong");
        }
        return buffer.position(POSITION_AT);
    }

    private static Position position(ByteBuffer buffer) {
        long offset = buffer.getLong() - 1;
        buffer.position(buffer.position() + VariantDigest.LENGTH);
        byte[] epoch = new byte[buffer.get() & 0xff];
        buffer.get(epoch);
        return new Position(new String(epoch, StandardCharsets.US_ASCII), offset);
    }

    private static int count(ByteBuffer buffer) {
        int count = buffer.getInt();
        if (count < 0 || count > MAX_COUNT) {
            throw new UnreadableException("a count of " + count);
        }
        return count;
    }

    private static List<String> texts(ByteBuffer buffer) {
        int count = count(buffer);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(text(buffer));
        }
        return texts;
    }

    private static String text(ByteBuffer buffer) {
        String text = nullableText(buffer);
        if (text == null) {
            throw new UnreadableException("a text is missing");
        }
        return text;
    }

    private static @Nullable String nullableText(ByteBuffer buffer) {
        int length = buffer.getInt();
        if (length == -1) {
            return null;
        }
        if (length < 0 || length > buffer.remaining()) {
            throw new UnreadableException("a text of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void write(StoredResponse response, RecordOutput out) {
        out.bytes(new byte[] {'T', 'M', VERSION});
        out.number(4, 0);
        Position filledAt = response.filledAt();
        out.number(8, filledAt.offset() + 1);
        out.bytes(VariantDigest.of(response.variant()));
        byte[] epoch = filledAt.epoch().getBytes(StandardCharsets.US_ASCII);
        out.number(1, epoch.length);
        out.bytes(epoch);
        ResponseHead head = response.head();
        out.number(2, head.status());
        out.number(8, head.requestTime().toEpochMilli());
        out.number(8, head.responseTime().toEpochMilli());
        Variant variant = response.variant();
        out.number(4, variant.fields().size());
        for (int i = 0; i < variant.fields().size(); i++) {
            out.text(variant.fields().get(i));
            out.text(variant.values().get(i));
        }
        PurgeSubject subject = response.subject();
        out.texts(subject.hosts());
        out.text(subject.path());
        out.text(subject.query());
        out.texts(subject.tags());
        out.number(4, head.headers().size());
        for (Headers.Field field : head.headers()) {
            out.text(field.name());
            out.text(field.value());
        }
        StoredBody body = response.body();
        out.number(8, body.first());
        out.number(8, body.completeLength().orElse(-1));
        out.number(4, body.length());
        out.bytes(body.bytes());
        if (!head.skew().isZero()) {
            out.number(8, head.skew().toSeconds()); // who does not know it reads on no further
        }
    }
}
