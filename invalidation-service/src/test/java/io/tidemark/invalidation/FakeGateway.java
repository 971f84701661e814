package io.tidemark.invalidation;

import io.tidemark.contracts.Inquiry;
import io.tidemark.contracts.InquiryAnswer;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Preview;
import io.tidemark.contracts.PreviewCount;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.contracts.Watermark;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A gateway as the topics see it: reads the purges, beats, and says how far it has read. */
final class FakeGateway implements AutoCloseable {
    private static final TopicPartition PREVIEWS = new TopicPartition(Topics.PREVIEWS, 0);

    private static final TopicPartition INQUIRIES = new TopicPartition(Topics.INQUIRIES, 0);

    private final String region;
    private final String instance;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean applies = true;
    private volatile boolean beats = true;
    private volatile boolean running = true;
    private volatile Position watermark;
    private volatile @Nullable KeyHoldings keys;

    FakeGateway(String bootstrapServers, String region, String instance) throws Exception {
        this.region = region;
        this.instance = instance;
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers, "acks", "all");
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            Requests.eventually(
                    "the service has made its topics",
                    () -> admin.listTopics()
                            .names()
                            .get(30, TimeUnit.SECONDS)
                            .containsAll(List.of(Topics.PURGES, Topics.PREVIEWS, Topics.INQUIRIES)));
            String epoch = java.util.Objects.requireNonNull(admin.describeTopics(List.of(Topics.PURGES))
                            .allTopicNames()
                            .get(30, TimeUnit.SECONDS)
                            .get(Topics.PURGES))
                    .topicId()
                    .toString();
            this.watermark = new Position(epoch, Position.NOTHING_APPLIED);
        }
        TopicPartition purges = new TopicPartition(Topics.PURGES, 0);
        consumer.assign(List.of(purges, PREVIEWS, INQUIRIES));
        consumer.seekToBeginning(List.of(purges));
        consumer.seekToEnd(List.of(PREVIEWS, INQUIRIES));
        consumer.position(PREVIEWS); // makes it seek now
        consumer.position(INQUIRIES);
        this.thread = Thread.ofPlatform().name(instance).start(this::run);
    }

    /** Applies no purge from now on, but goes on beating. */
    void stopApplying() {
        applies = false;
    }

    void applyAgain() {
        applies = true;
    }

    /** Says which keys it has, of those that sign tokens. */
    void holds(String inUse, String... names) {
        keys = new KeyHoldings(
                Map.of(KeyHoldings.KEYS, new KeyHoldings.Held(List.of(names), inUse, Instant.EPOCH)), 1000, null);
    }

    /** As if it were killed. */
    void die() {
        beats = false;
    }

    private void run() {
        Instant movedAt = Instant.now();
        long beatAt = 0;
        long unapplied = Position.NOTHING_APPLIED;
        while (running) {
            boolean moved = false;
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                if (record.topic().equals(Topics.PREVIEWS)) {
                    count(RecordCodec.PREVIEW.decode(record.value()));
                } else if (record.topic().equals(Topics.INQUIRIES)) {
                    tell(RecordCodec.INQUIRY.decode(record.value()));
                } else {
                    unapplied = record.offset();
                }
            }
            if (applies && unapplied > watermark.offset()) {
                watermark = new Position(watermark.epoch(), unapplied);
                movedAt = Instant.now();
                moved = true;
            }
            if (beats && (moved || System.nanoTime() - beatAt > 500_000_000L)) {
                beatAt = System.nanoTime();
                Watermark beat = new Watermark(
                        Watermark.SCHEMA,
                        region,
                        instance,
                        instance + "-1",
                        watermark,
                        Watermark.State.SERVING,
                        List.of(),
                        movedAt,
                        Instant.now(),
                        new Watermark.Stats(3, 0, 1, 0, 1, 1, 100),
                        keys,
                        List.of(Watermark.MEMORY));
                send(RecordCodec.WATERMARK.encode(beat));
            }
        }
    }

    /** Only in eu: there is always one that answers and one that does not. */
    private void count(Preview preview) {
        if (region.equals("eu")) {
            PreviewCount count = new PreviewCount(1, preview.id(), region, instance, instance + "-1", 2, 5);
            var _ = producer.send(
                    new ProducerRecord<>(Topics.PREVIEW_COUNTS, 0, null, RecordCodec.PREVIEW_COUNT.encode(count)));
        }
    }

    /** Only in eu, and of one request. */
    private void tell(Inquiry inquiry) {
        if (region.equals("eu")) {
            boolean isKnown = "known".equals(inquiry.request());
            InquiryAnswer answer = new InquiryAnswer(
                    InquiryAnswer.SCHEMA,
                    inquiry.id(),
                    region,
                    instance,
                    instance + "-1",
                    isKnown ? InquiryAnswer.Outcome.KNOWN : InquiryAnswer.Outcome.UNKNOWN,
                    Instant.EPOCH,
                    isKnown ? Map.of("cache", "MISS") : null);
            var _ = producer.send(
                    new ProducerRecord<>(Topics.INQUIRY_ANSWERS, 0, null, RecordCodec.INQUIRY_ANSWER.encode(answer)));
        }
    }

    private void send(byte @Nullable [] value) {
        byte[] key = (instance + "-1").getBytes(StandardCharsets.UTF_8);
        var _ = producer.send(new ProducerRecord<>(Topics.WATERMARKS, 0, key, value));
    }

    @Override
    public void close() throws InterruptedException {
        running = false;
        thread.join();
        consumer.close();
        send(null);
        producer.close();
    }
}
