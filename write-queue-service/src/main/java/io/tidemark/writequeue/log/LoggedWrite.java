package io.tidemark.writequeue.log;

import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Write;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A record of the write log.
 *
 * @param offset its own place
 * @param position the place of the write's first record: what its order within its key goes by
 * @param redrive 0 for the first record, then the number of the redrive that appended it
 * @param bytes the size of its value
 */
public record LoggedWrite(Write write, long offset, long position, int redrive, int bytes) {
    static final String REDRIVE_HEADER = "tidemark-redrive";
    static final String POSITION_HEADER = "tidemark-position";

    /**
     * Reads a record.
     *
     * @throws RecordCodec.UnknownSchemaException if it is of another schema
     * @throws RecordCodec.UnreadableRecordException if it is no write of any schema
     */
    public static LoggedWrite of(ConsumerRecord<byte[], byte[]> kafkaRecord) {
        if (kafkaRecord.value() == null) {
            throw new RecordCodec.UnreadableRecordException("a record without a value");
        }
        return new LoggedWrite(
                RecordCodec.WRITE.decode(kafkaRecord.value()),
                kafkaRecord.offset(),
                number(kafkaRecord.headers(), POSITION_HEADER, kafkaRecord.offset()),
                (int) number(kafkaRecord.headers(), REDRIVE_HEADER, 0),
                kafkaRecord.value().length);
    }

    private static long number(Headers headers, String name, long absent) {
        Header header = headers.lastHeader(name);
        if (header == null) {
            return absent;
        }
        String value = new String(header.value(), StandardCharsets.UTF_8);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException malformed) {
            throw new RecordCodec.UnreadableRecordException(
                    "its header " + name + " is no number: " + value, malformed);
        }
    }
}
