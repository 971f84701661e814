package io.tidemark.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.kafka.KnownTopics;
import io.tidemark.commons.topics.ServiceTopics;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.commons.topics.TopicsProperties;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three brokers: the one that leads the purge log goes and stays away, stands still, or hands it over; and who makes topics first. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LeaderOfThePurgeLogTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(90);
    private static final ServiceTopics OF_A_GATEWAY = ServiceTopics.of(
            Topics.PURGES,
            Topics.WATERMARKS,
            Topics.ERASURES,
            Topics.PREVIEWS,
            Topics.PREVIEW_COUNTS,
            Topics.INQUIRIES,
            Topics.INQUIRY_ANSWERS,
            Topics.KEYS);
    private static final ServiceTopics OF_THE_WRITE_QUEUE =
            ServiceTopics.of(Topics.WRITES, Topics.DEAD_WRITES, Topics.PURGES, Topics.ERASURES);

    private static KafkaCluster brokers;
    private KafkaClients clients;
    private KnownTopics topics;
    private BrokerQuestions questions;

    @BeforeAll
    static void startBrokers() {
        brokers = KafkaCluster.start(3);
    }

    @AfterAll
    static void stopBrokers() {
        brokers.close();
    }

    @BeforeEach
    void noTopics() throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", brokers.bootstrapServers());
        topics = new KnownTopics();
        clients = new KafkaClients(new KafkaClients.Settings(config, config, config), topics);
        questions = clients.questions();
        brokers.awaitAllInSync(WHOLE_WITHIN);
        Set<String> old = questions.answer(admin -> admin.listTopics().names());
        questions.answer(admin -> admin.deleteTopics(old).all());
        await().atMost(SOON)
                .until(() ->
                        questions.answer(admin -> admin.listTopics().names()).isEmpty());
    }

    @AfterEach
    void close() {
        clients.close();
    }

    private void makeLog() {
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(() ->
                        questions.answer(admin -> admin.createTopics(List.of(new NewTopic(Topics.PURGES, 1, (short) 3)))
                                .all()));
        topics.found(Topics.PURGES);
    }

    private static boolean knowsItsEnd(PurgeLogProbe probe) {
        try {
            return probe.end().offset() == -1;
        } catch (KafkaException notYet) {
            return false;
        }
    }

    @Test
    void theEndOfTheLogIsKnownAgainFromWhoeverLeadsItThen() {
        makeLog();
        PurgeLogProbe probe = new PurgeLogProbe(questions);
        await().atMost(SOON).until(() -> knowsItsEnd(probe)); // and keeps its leader in mind
        int leader = leader();
        brokers.broker(leader).kill();
        try {
            await().atMost(Duration.ofSeconds(40)).until(() -> knowsItsEnd(probe));
            assertThat(brokers.broker(leader).isRunning()).isFalse();
        } finally {
            brokers.broker(leader).start();
        }
    }

    /** Its connections stay open: only that it does not answer makes a consumer look for another. */
    @Test
    void whatIsPublishedIsReadAgainWhileItsOldLeaderStandsStill() throws Exception {
        makeLog();
        try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of());
                Producer<byte[], byte[]> producer = clients.producer("test", Map.of())) {
            consumer.assign(List.of(PurgeLogProbe.PARTITION));
            consumer.seek(PurgeLogProbe.PARTITION, 0);
            await().atMost(SOON).until(() -> isRead("before", producer, consumer));
            String leader = brokers.broker(leader()).process().replace("pid ", "");
            signal("-STOP", leader);
            try {
                await().atMost(Duration.ofSeconds(25)).until(() -> isRead("meanwhile", producer, consumer));
            } finally {
                signal("-CONT", leader);
            }
        }
    }

    @Test
    void whatIsPublishedWhileItIsHandedOverByHandIsReadOnceAndInOrder() throws Exception {
        makeLog();
        try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of());
                Producer<byte[], byte[]> producer = clients.producer("test", Map.of())) {
            consumer.assign(List.of(PurgeLogProbe.PARTITION));
            consumer.seek(PurgeLogProbe.PARTITION, 0);
            List<Future<RecordMetadata>> published = new ArrayList<>();
            List<String> read = new ArrayList<>();
            List<String> all = new ArrayList<>();
            for (int moves = 0; moves < 3; moves++) {
                int before = leader();
                brokers.moveLeaders(Topics.PURGES);
                assertThat(leader()).isNotEqualTo(before);
                for (int n = 0; n < 20; n++) {
                    String value = moves + "-" + n;
                    all.add(value);
                    published.add(producer.send(
                            new ProducerRecord<>(Topics.PURGES, 0, null, value.getBytes(StandardCharsets.UTF_8))));
                }
            }
            for (Future<RecordMetadata> each : published) {
                each.get(30, TimeUnit.SECONDS);
            }
            await().atMost(SOON).until(() -> {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> read.add(new String(record.value(), StandardCharsets.UTF_8)));
                return read.size() >= all.size();
            });
            assertThat(read).isEqualTo(all);
        }
    }

    /** Gateways ask for no number by themselves; the write queue was told to ask for three. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverIsThereFirstEveryTopicIsOnThreeBrokers(boolean gatewayFirst) {
        TopicWatch gateway = watch(OF_A_GATEWAY, -1);
        TopicWatch queue = watch(OF_THE_WRITE_QUEUE, 3);
        List<TopicWatch> inTurn = gatewayFirst ? List.of(gateway, queue) : List.of(queue, gateway);
        try {
            for (TopicWatch each : inTurn) {
                each.start();
                await().atMost(SOON).until(each::isComplete);
            }
            Set<String> names = new HashSet<>(gateway.names());
            names.addAll(queue.names());
            Map<String, TopicDescription> made =
                    questions.answer(admin -> admin.describeTopics(names).allTopicNames());
            assertThat(made)
                    .hasSameSizeAs(names)
                    .allSatisfy((_, topic) -> assertThat(topic.partitions())
                            .allSatisfy(partition ->
                                    assertThat(partition.replicas()).hasSize(3)));
            assertThat(inTurn).allSatisfy(each -> assertThat(each.deviations()).isEmpty());
        } finally {
            inTurn.forEach(TopicWatch::stop);
        }
    }

    private TopicWatch watch(ServiceTopics names, int replicas) {
        return new TopicWatch(
                names,
                new TopicsProperties((short) replicas, Duration.ofDays(7), null, Duration.ZERO, Duration.ofMinutes(5)),
                clients,
                true);
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

    private int leader() {
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
