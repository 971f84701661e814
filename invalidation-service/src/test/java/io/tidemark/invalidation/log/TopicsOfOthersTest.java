package io.tidemark.invalidation.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.kafka.KnownTopics;
import io.tidemark.commons.topics.Consequence;
import io.tidemark.commons.topics.Deviation;
import io.tidemark.commons.topics.ServiceTopics;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.commons.topics.TopicsProperties;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Kafka;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Topics that an administrator made, on a real broker. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class TopicsOfOthersTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ServiceTopics OF_THE_WRITE_QUEUE = ServiceTopics.of(Topics.WRITES, Topics.DEAD_WRITES);

    private final Kafka kafka = Kafka.create(BackendOptions.named("topics").withMode(BackendMode.EMBEDDED));
    private Admin admin;
    private KafkaClients clients;

    @BeforeEach
    void start() {
        kafka.start();
        Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
        admin = Admin.create(config);
        clients = new KafkaClients(new KafkaClients.Settings(config, config, config), new KnownTopics());
    }

    @AfterEach
    void stop() {
        clients.close();
        admin.close(Duration.ofSeconds(1));
        kafka.close();
    }

    private TopicWatch watch(int replicas, boolean makes) {
        TopicsProperties properties =
                new TopicsProperties((short) replicas, Duration.ofDays(7), null, Duration.ZERO, Duration.ofMillis(300));
        TopicWatch watch = new TopicWatch(OF_THE_WRITE_QUEUE, properties, clients, makes);
        watch.start();
        return watch;
    }

    private Set<String> names() throws Exception {
        return admin.listTopics().names().get(30, TimeUnit.SECONDS);
    }

    private int partitions(String topic) throws Exception {
        var described = admin.describeTopics(List.of(topic)).allTopicNames().get(30, TimeUnit.SECONDS);
        return Objects.requireNonNull(described.get(topic)).partitions().size();
    }

    private void set(String topic, String setting, String value) throws Exception {
        Collection<AlterConfigOp> change =
                List.of(new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET));
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), change))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    @Test
    void theyKeepTheirPartitionsAndWhatWouldLoseWritesIsSeenAndSeenToBeMended() throws Exception {
        admin.createTopics(List.of(new NewTopic(Topics.WRITES, 6, (short) 1).configs(Map.of("retention.ms", "10000"))))
                .all()
                .get(30, TimeUnit.SECONDS);
        TopicWatch watch = watch(-1, true);
        try {
            await().atMost(SOON).until(watch::isComplete);
            assertThat(partitions(Topics.WRITES)).isEqualTo(6);
            assertThat(names()).containsExactlyInAnyOrder(Topics.WRITES, Topics.DEAD_WRITES);
            assertThat(watch.details(Topics.WRITES).orElseThrow().partitions()).isEqualTo(6);
            assertThat(watch.largestRecord(Topics.WRITES).orElseThrow()).isBetween(1_000_000, 1_048_576);
            assertThat(watch.loss(Topics.WRITES).orElseThrow().remedy())
                    .contains(
                            "--entity-name tidemark.writes", "--add-config retention.ms=-1", kafka.bootstrapServers());
            assertThat(watch.deviations(Topics.DEAD_WRITES)).isEmpty();

            set(Topics.WRITES, "retention.ms", "-1");
            await().atMost(SOON).until(() -> watch.loss(Topics.WRITES).isEmpty());
        } finally {
            watch.stop();
        }
    }

    @Test
    void whereServicesMayMakeNoneTheyMakeNoneAndWaitForThem() throws Exception {
        TopicWatch watch = watch(-1, false);
        try {
            await().atMost(SOON)
                    .until(() -> watch.deviations(Topics.WRITES).stream()
                            .map(Deviation::remedy)
                            .anyMatch(remedy -> remedy.contains("kafka-topics.sh") && remedy.contains(Topics.WRITES)));
            assertThat(names()).isEmpty();
            assertThat(watch.isComplete()).isFalse();
            admin.createTopics(List.of(
                            new NewTopic(Topics.WRITES, 3, (short) 1), new NewTopic(Topics.DEAD_WRITES, 3, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            await().atMost(SOON).until(watch::isComplete);
            assertThat(clients.topics().isKnown(Topics.WRITES)).isTrue();
        } finally {
            watch.stop();
        }
    }

    /** Brokers refuse records that are more than an hour ahead, where senders date them. */
    @Test
    void recordsOfAServiceWhoseClockIsFarAheadAreTakenWhereItMadeTheTopic() throws Exception {
        admin.createTopics(List.of(new NewTopic(Topics.WRITES, 1, (short) 1)))
                .all()
                .get(30, TimeUnit.SECONDS);
        TopicWatch watch = watch(-1, true);
        try (Producer<byte[], byte[]> producer = clients.producer("test", Map.of())) {
            await().atMost(SOON).until(watch::isComplete);
            long ahead = System.currentTimeMillis() + Duration.ofHours(2).toMillis();
            long dated = producer.send(new ProducerRecord<>(Topics.DEAD_WRITES, 0, ahead, new byte[1], new byte[1]))
                    .get(30, TimeUnit.SECONDS)
                    .timestamp();
            assertThat(dated).isLessThan(ahead - Duration.ofHours(1).toMillis());
            assertThat(watch.deviations(Topics.DEAD_WRITES)).isEmpty();

            var refused = producer.send(new ProducerRecord<>(Topics.WRITES, 0, ahead, new byte[1], new byte[1]));
            assertThatThrownBy(() -> refused.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InvalidTimestampException.class);
            assertThat(watch.deviations(Topics.WRITES))
                    .anyMatch(deviation -> deviation.remedy().contains("message.timestamp.type=LogAppendTime"));
        } finally {
            watch.stop();
        }
    }

    @Test
    void moreReplicasThanThereAreBrokersAreNotMadeAndFewerThanWereAskedForAreALoss() throws Exception {
        admin.createTopics(List.of(new NewTopic(Topics.WRITES, 3, (short) 1)))
                .all()
                .get(30, TimeUnit.SECONDS);
        TopicWatch watch = watch(3, true);
        try {
            await().atMost(SOON)
                    .until(() -> !watch.deviations(Topics.DEAD_WRITES).isEmpty());
            assertThat(watch.deviations(Topics.DEAD_WRITES).getFirst().what()).contains("cannot be made");
            assertThat(watch.deviations(Topics.WRITES))
                    .anyMatch(deviation -> deviation.consequence() == Consequence.LOSS
                            && deviation.what().contains("asks for 3"));
        } finally {
            watch.stop();
        }
    }
}
