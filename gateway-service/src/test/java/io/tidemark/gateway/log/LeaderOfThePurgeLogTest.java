package io.tidemark.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.kafka.KnownTopics;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three brokers, of which the one that leads the purge log goes and stays away, or stands still. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LeaderOfThePurgeLogTest {
    private static boolean knowsItsEnd(PurgeLogProbe probe) {
        try {
            return probe.end().offset() == -1;
        } catch (KafkaException notYet) {
            return false;
        }
    }

    @Test
    void theEndOfTheLogIsKnownAgainFromWhoeverLeadsItThen() {
        try (KafkaCluster brokers = KafkaCluster.start(3)) {
            Map<String, Object> config = Map.of("bootstrap.servers", brokers.bootstrapServers());
            try (KafkaClients clients =
                    new KafkaClients(new KafkaClients.Settings(config, config, config), new KnownTopics())) {
                var questions = clients.questions();
                questions.answer(admin -> admin.createTopics(List.of(new NewTopic(Topics.PURGES, 1, (short) 3)))
                        .all());
                PurgeLogProbe probe = new PurgeLogProbe(questions);
                await().atMost(Duration.ofSeconds(60)).until(() -> knowsItsEnd(probe)); // and keeps its leader in mind
                int leader = leader(questions);
                brokers.broker(leader).kill();
                await().atMost(Duration.ofSeconds(40)).until(() -> knowsItsEnd(probe));
                assertThat(brokers.broker(leader).isRunning()).isFalse();
            }
        }
    }

    /** Its connections stay open: only that it does not answer makes a consumer look for another. */
    @Test
    void whatIsPublishedIsReadAgainWhileItsOldLeaderStandsStill() throws Exception {
        try (KafkaCluster brokers = KafkaCluster.start(3)) {
            Map<String, Object> config = Map.of("bootstrap.servers", brokers.bootstrapServers());
            KnownTopics topics = new KnownTopics();
            try (KafkaClients clients = new KafkaClients(new KafkaClients.Settings(config, config, config), topics);
                    Consumer<byte[], byte[]> consumer = clients.consumer(Map.of());
                    Producer<byte[], byte[]> producer = clients.producer("test", Map.of())) {
                clients.questions()
                        .answer(admin -> admin.createTopics(List.of(new NewTopic(Topics.PURGES, 1, (short) 3)))
                                .all());
                topics.found(Topics.PURGES);
                consumer.assign(List.of(PurgeLogProbe.PARTITION));
                consumer.seek(PurgeLogProbe.PARTITION, 0);
                await().atMost(Duration.ofSeconds(60)).until(() -> isRead("before", producer, consumer));
                String leader =
                        brokers.broker(leader(clients.questions())).process().replace("pid ", "");
                signal("-STOP", leader);
                try {
                    await().atMost(Duration.ofSeconds(25)).until(() -> isRead("meanwhile", producer, consumer));
                } finally {
                    signal("-CONT", leader);
                }
            }
        }
    }

    /** Publishes without waiting, and looks whether it, or what was published so before, has come. */
    private static boolean isRead(String value, Producer<byte[], byte[]> producer, Consumer<byte[], byte[]> consumer) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        var _ = producer.send(new ProducerRecord<>(Topics.PURGES, 0, null, bytes));
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            if (Arrays.equals(record.value(), bytes)) {
                return true;
            }
        }
        return false;
    }

    private static void signal(String signal, String process) throws Exception {
        assertThat(new ProcessBuilder("kill", signal, process).start().waitFor())
                .isZero();
    }

    private static int leader(BrokerQuestions questions) {
        return Objects.requireNonNull(questions
                        .answer(admin ->
                                admin.describeTopics(List.of(Topics.PURGES)).allTopicNames())
                        .get(Topics.PURGES))
                .partitions()
                .getFirst()
                .leader()
                .id();
    }
}
