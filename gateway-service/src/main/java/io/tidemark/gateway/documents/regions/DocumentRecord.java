package io.tidemark.gateway.documents.regions;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contracts.DocumentHead;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.documents.store.DocumentName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What one region tells the others of a document. Longer than {@link #LONGEST}, it is several records of {@link Topics#DOCUMENTS}.
 *
 * @param name null of {@link DocumentHead.Kind#COMPARE}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record DocumentRecord(@Nullable DocumentName name, DocumentHead head, byte[] value) {
    /** Half of what brokers take by default. */
    static final int LONGEST = 512 * 1024;

    private static final String HEAD = "head";

    /** To be sent, in this order. */
    List<ProducerRecord<byte[], byte[]>> toSend() {
        int parts = Math.max(1, (value.length + LONGEST - 1) / LONGEST);
        if (parts == 1) {
            return List.of(toSend(head, value));
        }
        String id = UUID.randomUUID().toString();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            byte[] part = Arrays.copyOfRange(value, i * LONGEST, Math.min(value.length, (i + 1) * LONGEST));
            records.add(toSend(head.withPart(new DocumentHead.Part(id, i, parts)), part));
        }
        return records;
    }

    private ProducerRecord<byte[], byte[]> toSend(DocumentHead one, byte[] octets) {
        byte[] key = name == null ? null : name.value().getBytes(UTF_8);
        var record = new ProducerRecord<byte[], byte[]>(Topics.DOCUMENTS, null, key, octets);
        record.headers().add(HEAD, RecordCodec.DOCUMENT_HEAD.encode(one));
        return record;
    }

    /**
     * What was sent, or one of its parts.
     *
     * @throws UnreadableRecordException if it is nothing that this version knows
     */
    static DocumentRecord read(ConsumerRecord<byte[], byte[]> record) {
        Header header = record.headers().lastHeader(HEAD);
        if (header == null || header.value() == null) {
            throw new UnreadableRecordException("a record without a head");
        }
        DocumentHead head = RecordCodec.DOCUMENT_HEAD.decode(header.value());
        DocumentName name = record.key() == null
                ? null
                : DocumentName.of(new String(record.key(), UTF_8))
                        .orElseThrow(() -> new UnreadableRecordException("a record of what can be no document"));
        if (name == null && head.kind() != DocumentHead.Kind.COMPARE) {
            throw new UnreadableRecordException("a record of no document");
        }
        return new DocumentRecord(name, head, record.value() == null ? new byte[0] : record.value());
    }
}
