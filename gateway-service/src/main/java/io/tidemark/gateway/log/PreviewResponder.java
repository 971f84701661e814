package io.tidemark.gateway.log;

import io.tidemark.contracts.Preview;
import io.tidemark.contracts.PreviewCount;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.purge.Cover;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Answers how many of the responses in this gateway's own store a purge would cover. It looks at every stored response for each
 * question, so that a question costs the store's size times its targets.
 */
final class PreviewResponder implements QuestionReader.Responder {
    private final Heartbeat.Identity identity;
    private final StoredSubjects subjects;
    private final Producer<byte[], byte[]> producer;
    private final InstantSource clock;

    PreviewResponder(
            Heartbeat.Identity identity,
            StoredSubjects subjects,
            Producer<byte[], byte[]> producer,
            InstantSource clock) {
        this.identity = identity;
        this.subjects = subjects;
        this.producer = producer;
        this.clock = clock;
    }

    @Override
    public void answer(byte[] question) {
        Preview preview = RecordCodec.PREVIEW.decode(question);
        Instant oldest = clock.instant().minus(QuestionReader.PATIENCE);
        if (preview.askedAt().isBefore(oldest)) {
            return;
        }
        PreviewCount count = count(preview);
        byte[] key = preview.id().getBytes(StandardCharsets.UTF_8);
        var _ = producer.send(
                new ProducerRecord<>(Topics.PREVIEW_COUNTS, 0, key, RecordCodec.PREVIEW_COUNT.encode(count)));
    }

    PreviewCount count(Preview preview) {
        List<Cover> covers = preview.targets().stream().map(Cover::of).toList();
        long[] coveredAndStored = new long[2];
        subjects.forEach(subject -> {
            coveredAndStored[0] += covers.stream().anyMatch(cover -> cover.covers(subject)) ? 1 : 0;
            coveredAndStored[1]++;
        });
        return new PreviewCount(
                PreviewCount.SCHEMA,
                preview.id(),
                identity.region(),
                identity.colo(),
                identity.instance(),
                coveredAndStored[0],
                coveredAndStored[1]);
    }
}
