package io.tidemark.invalidation.log;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import io.tidemark.contracts.Watermark;
import io.tidemark.invalidation.log.LogClients.TopicIds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the records of the three topics tell the board. */
final class LogRecords {
    private static final Logger log = LoggerFactory.getLogger(LogRecords.class);

    private final ReceiptBoard board;
    private final ReceiptSpans spans;

    LogRecords(ReceiptBoard board, ReceiptSpans spans) {
        this.board = board;
        this.spans = spans;
    }

    void read(ConsumerRecords<byte[], byte[]> records, TopicIds current) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                switch (record.topic()) {
                    case Topics.PURGES -> readPurge(record, current.purges());
                    case Topics.WATERMARKS -> readWatermark(record);
                    default -> readErasure(record);
                }
            } catch (UnreadableRecordException unreadable) {
                log.error("unreadable record at {}:{}", record.topic(), record.offset(), unreadable);
            }
        }
    }

    private void readPurge(ConsumerRecord<byte[], byte[]> record, String epoch) {
        if (record.value() != null) {
            Purge purge = RecordCodec.PURGE.decode(record.value());
            boolean fromBacklog = !board.isCaughtUp();
            if (!fromBacklog) {
                spans.read(record, purge);
            }
            board.purgeRead(purge, new Position(epoch, record.offset()), fromBacklog);
        }
    }

    private void readWatermark(ConsumerRecord<byte[], byte[]> record) {
        String instance = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            board.watermarkRead(record.offset(), instance, null);
            return;
        }
        Watermark watermark;
        try {
            watermark = RecordCodec.WATERMARK.decode(record.value());
        } catch (UnreadableRecordException unreadable) {
            log.error("gateway {} speaks another version: no purge is complete while it lives", instance, unreadable);
            watermark = unknown(instance, record.timestamp());
        }
        board.watermarkRead(record.offset(), instance, watermark);
    }

    /** A gateway of which nothing is known but that it lives: every purge waits for it. */
    private static Watermark unknown(String instance, long timestamp) {
        Instant sent = Instant.ofEpochMilli(Math.max(0, timestamp));
        return new Watermark(
                Watermark.SCHEMA,
                "unknown",
                "unknown",
                instance,
                new Position("unknown", Position.NOTHING_APPLIED),
                Watermark.State.REPLAYING,
                List.of(),
                sent,
                sent,
                Watermark.Stats.NONE);
    }

    private void readErasure(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() != null) {
            board.erasureRead(RecordCodec.ERASURE.decode(record.value()));
        }
    }
}
