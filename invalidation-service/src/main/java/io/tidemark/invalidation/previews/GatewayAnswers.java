package io.tidemark.invalidation.previews;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.RecordCodec.UnreadableRecordException;
import io.tidemark.invalidation.log.ReceiptBoard;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Asks the gateways over the log and gathers their answers, until every live one has answered or the time is over. Each question
 * reads the answers with a consumer of its own: people ask, now and then. Thread-safe; blocks.
 */
@Component
public class GatewayAnswers {
    private static final Logger log = LoggerFactory.getLogger(GatewayAnswers.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Producer<byte[], byte[]> producer;
    private final KafkaClients clients;
    private final ReceiptBoard receipts;

    GatewayAnswers(Producer<byte[], byte[]> producer, KafkaClients clients, ReceiptBoard receipts) {
        this.producer = producer;
        this.clients = clients;
        this.receipts = receipts;
    }

    /**
     * A question.
     *
     * @param id that its answers carry
     * @param topic where it is asked
     */
    public record Question<Q>(String id, String topic, RecordCodec<Q> codec, Q question) {
        byte[] record() {
            return codec.encode(question);
        }
    }

    /**
     * How its answers are read.
     *
     * @param topic where they are given
     * @param question the id of the question that one is for
     * @param instance the gateway that gave it
     */
    public record Reading<A>(
            String topic, RecordCodec<A> codec, Function<A, String> question, Function<A, String> instance) {}

    /**
     * What was gathered.
     *
     * @param live the gateways that were to answer
     * @param asked false if the question could not be asked, or its answers not be read to the end
     */
    public record Gathered<A>(Collection<A> answers, List<GatewayStatus> live, boolean asked) {}

    /** Asks; without Kafka nobody answers. */
    public <Q, A> Gathered<A> ask(Question<Q> question, Reading<A> reading, Duration timeout) {
        List<GatewayStatus> live = receipts.fleet().stream()
                .filter(g -> g.lease() == GatewayStatus.Lease.LIVE)
                .toList();
        Set<String> awaited = live.stream().map(GatewayStatus::instance).collect(Collectors.toSet());
        TopicPartition place = new TopicPartition(reading.topic, 0);
        Map<String, A> answers = new ConcurrentHashMap<>();
        boolean asked = false;
        try (var consumer = clients.consumer(
                Map.of(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(timeout.toMillis())))) {
            consumer.assign(List.of(place));
            consumer.seekToEnd(List.of(place));
            consumer.position(place); // makes it seek now: answers come after this
            byte[] key = question.id.getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(question.topic, 0, key, question.record()))
                    .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            long start = System.nanoTime();
            while (!answers.keySet().containsAll(awaited) && System.nanoTime() - start < timeout.toNanos()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    gather(record.value(), question.id, reading, answers);
                }
            }
            asked = true;
        } catch (RuntimeException | ExecutionException | TimeoutException failure) {
            log.warn("gateways could not be asked by {}: {}", question.topic, failure.toString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return new Gathered<>(answers.values(), live, asked);
    }

    private static <A> void gather(byte[] record, String question, Reading<A> reading, Map<String, A> answers) {
        try {
            A answer = reading.codec.decode(record);
            if (reading.question.apply(answer).equals(question)) {
                answers.put(reading.instance.apply(answer), answer);
            }
        } catch (UnreadableRecordException unreadable) {
            log.warn("a gateway's answer in {} cannot be read", reading.topic, unreadable);
        }
    }
}
