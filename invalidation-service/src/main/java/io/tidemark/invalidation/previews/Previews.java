package io.tidemark.invalidation.previews;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.Preview;
import io.tidemark.contracts.PreviewCount;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Topics;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Asks the gateways and gathers their counts, until every live one has answered or the time is over. Each question reads
 * the answers with a consumer of its own: previews are asked by people, now and then.
 */
@Component
@EnableConfigurationProperties(PreviewsProperties.class)
public class Previews {
    private static final Logger log = LoggerFactory.getLogger(Previews.class);
    private static final TopicPartition ANSWERS = new TopicPartition(Topics.PREVIEW_COUNTS, 0);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Producer<byte[], byte[]> producer;
    private final KafkaClients clients;
    private final ReceiptBoard receipts;
    private final InstantSource clock;
    private final Duration timeout;

    Previews(
            Producer<byte[], byte[]> producer,
            KafkaClients clients,
            ReceiptBoard receipts,
            InstantSource clock,
            PreviewsProperties properties) {
        this.producer = producer;
        this.clients = clients;
        this.receipts = receipts;
        this.clock = clock;
        this.timeout = properties.timeout();
    }

    /** Asks; gateways that do not answer in time are named in the result. Without Kafka none answers. */
    public PreviewResult preview(List<Target> targets, Purge.Mode mode) {
        List<GatewayStatus> live = receipts.fleet().stream()
                .filter(g -> g.lease() == GatewayStatus.Lease.LIVE)
                .toList();
        Map<String, PreviewCount> counts = new ConcurrentHashMap<>();
        try (var consumer = clients.consumer(
                Map.of(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis())))) {
            consumer.assign(List.of(ANSWERS));
            consumer.seekToEnd(List.of(ANSWERS));
            consumer.position(ANSWERS); // makes it seek now: answers come after this
            String id = ask(targets);
            Set<String> awaited = live.stream().map(GatewayStatus::instance).collect(Collectors.toSet());
            long start = System.nanoTime();
            while (!counts.keySet().containsAll(awaited) && System.nanoTime() - start < timeout.toNanos()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    gather(record.value(), id, counts);
                }
            }
        } catch (RuntimeException | ExecutionException | TimeoutException failure) {
            log.warn("a preview could not be asked for or read: {}", failure.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return PreviewResult.of(targets, mode, counts.values(), live);
    }

    private String ask(List<Target> targets) throws InterruptedException, ExecutionException, TimeoutException {
        String id = UUID.randomUUID().toString();
        byte[] question = RecordCodec.PREVIEW.encode(new Preview(Preview.SCHEMA, id, targets, clock.instant()));
        producer.send(new ProducerRecord<>(Topics.PREVIEWS, 0, id.getBytes(StandardCharsets.UTF_8), question))
                .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        return id;
    }

    private static void gather(byte[] answer, String id, Map<String, PreviewCount> counts) {
        try {
            PreviewCount count = RecordCodec.PREVIEW_COUNT.decode(answer);
            if (count.preview().equals(id)) {
                counts.put(count.instance(), count);
            }
        } catch (UnreadableRecordException unreadable) {
            log.warn("a gateway's count cannot be read", unreadable);
        }
    }
}
