package io.tidemark.gateway.log;

import static io.tidemark.gateway.cache.PurgeVerdict.ABSENT;
import static io.tidemark.gateway.cache.PurgeVerdict.VALID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.kafka.KnownTopics;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.tracing.Span;
import io.tidemark.commons.tracing.Trace;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.contracts.KeyHoldings;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Topics;
import io.tidemark.contracts.Watermark;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.LedgerView;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import io.tidemark.gateway.purge.WatermarkWaiters;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Kafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * The reader, the fence and the heartbeats with a real broker.
 *
 * <p>One class, as one start of the broker serves all of it.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class PurgeLogTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration FENCE = Duration.ofSeconds(2);
    private static final PurgeSubject PRODUCT =
            new PurgeSubject(List.of("shop.example"), "/products/42", null, Set.of("product:42"));

    private static Kafka kafka;
    private static Admin admin;
    private static KafkaClients clients;
    private static KafkaProducer<byte[], byte[]> producer;
    private static PurgeLog log;

    private static final List<Trace> TRACES = new CopyOnWriteArrayList<>();
    private static final Tracing TRACING = new Tracing(
            null, Duration.ofHours(1), true, List.of(TRACES::add), InstantSource.system(), System::nanoTime);

    private final List<Gateway> gateways = new ArrayList<>();

    /** The purge path of one gateway. */
    private static final class Gateway implements AutoCloseable {
        final PurgeLedger ledger = new PurgeLedger(PurgeLedger.UNREAD, PurgeLedger.Limits.DEFAULT);
        final Fence fence = new Fence(FENCE);
        final WatermarkWaiters waiters = new WatermarkWaiters(ledger);
        final PurgeView view = new LedgerView(
                ledger,
                () -> fence.standing(System.nanoTime()),
                waiters,
                () -> CompletableFuture.completedFuture(Optional.empty()));
        final String instance = "eu-1-" + java.util.UUID.randomUUID();
        final LogPurger purger = new LogPurger(
                ledger,
                (purge, traceparent) -> KafkaPurgeConfiguration.published(log, purge, traceparent, TRACING),
                "eu-1",
                InstantSource.system());
        final org.apache.kafka.clients.producer.Producer<byte[], byte[]> heartbeats =
                PurgeClients.heartbeatProducer(clients, Duration.ofSeconds(2));
        final Heartbeat heartbeat = new Heartbeat(
                new Heartbeat.Identity("eu", "eu-1", instance),
                ledger,
                fence,
                heartbeats,
                GatewayStats.NONE,
                () -> KeyHoldings.NONE,
                Duration.ofMillis(500),
                InstantSource.system(),
                (_, _, _) -> {});
        final PurgeLogReader reader = new PurgeLogReader(
                ledger,
                fence,
                new PurgeLogProbe(clients.questions()),
                () -> PurgeClients.consumer(clients),
                System::nanoTime,
                List.of(heartbeat::moved, waiters),
                (purge, _) -> purger.delivered(purge),
                TRACING,
                () -> {});

        Gateway start() {
            reader.start();
            heartbeat.start();
            return this;
        }

        void awaitCurrent() {
            await().atMost(SOON).until(() -> view.standing() == Standing.CURRENT);
        }

        @Override
        public void close() {
            reader.close();
            heartbeat.close();
            heartbeats.close(SOON); // with the last word of a gateway that stops
            purger.close();
        }
    }

    private static Map<String, Object> bootstrap() {
        return Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    }

    @BeforeAll
    static void startKafka() {
        kafka = Kafka.create(BackendOptions.named("purge-log")
                .withMode(BackendMode.EMBEDDED)
                .withSettings(Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "allow.everyone.if.no.acl.found",
                        "true")));
        kafka.start();
        admin = Admin.create(bootstrap());
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        KnownTopics topics = new KnownTopics();
        topics.found(Topics.PURGES);
        topics.found(Topics.WATERMARKS);
        clients = new KafkaClients(new KafkaClients.Settings(bootstrap(), bootstrap(), bootstrap()), topics);
        log = new PurgeLog(producer, clients.questions(), Duration.ZERO);
    }

    @AfterAll
    static void stopKafka() {
        producer.close(Duration.ofSeconds(1));
        clients.close();
        admin.close(Duration.ofSeconds(1));
        kafka.close();
    }

    @BeforeEach
    void newLog() throws Exception {
        for (String topic : List.of(Topics.PURGES, Topics.WATERMARKS)) {
            if (admin.listTopics().names().get(30, TimeUnit.SECONDS).contains(topic)) {
                recreate(topic, 1);
            } else {
                create(topic, 1);
            }
        }
    }

    @AfterEach
    void closeGateways() {
        gateways.forEach(Gateway::close);
    }

    private static void create(String topic, int partitions) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    private static void recreate(String topic, int partitions) throws Exception {
        admin.deleteTopics(List.of(topic)).all().get(30, TimeUnit.SECONDS);
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> create(topic, partitions));
    }

    private static Position publish(Target target) throws Exception {
        return log.publish(new Purge(
                        java.util.UUID.randomUUID().toString(),
                        "test",
                        List.of(target),
                        Purge.Mode.HARD,
                        null,
                        Instant.now()))
                .get(30, TimeUnit.SECONDS);
    }

    private Gateway gateway() {
        Gateway gateway = new Gateway();
        gateways.add(gateway);
        return gateway;
    }

    private static List<ConsumerRecord<byte[], byte[]>> heartbeatsOf(String instance) {
        TopicPartition partition = new TopicPartition(Topics.WATERMARKS, 0);
        try (var consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            while (consumer.position(partition) < end) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    if (new String(record.key(), StandardCharsets.UTF_8).equals(instance)) {
                        found.add(record);
                    }
                }
            }
            return found;
        }
    }

    @Test
    void thePlaceInATraceOfWhoSentAPurgeComesWithItToEachGateway() throws Exception {
        publish(Target.tag("before")); // told of by nobody: it was there at the start
        gateway().start().awaitCurrent();
        Span sender = TRACING.begin("0123456789abcdef0123456789abcdef", null, Span.Kind.SERVER, "POST");
        Purge purge = new Purge(
                "traced", "test", List.of(Target.tag("product:42")), Purge.Mode.HARD, "anything", Instant.now());
        Position position = log.publish(purge, sender).get(30, TimeUnit.SECONDS);
        sender.end();
        await().atMost(SOON).until(() -> TRACES.stream().anyMatch(PurgeLogTest::isOfAPurge));
        Trace sent =
                TRACES.stream().filter(trace -> !isOfAPurge(trace)).findFirst().orElseThrow();
        Trace applied =
                TRACES.stream().filter(PurgeLogTest::isOfAPurge).findFirst().orElseThrow();
        assertThat(applied.context().traceId()).isEqualTo("0123456789abcdef0123456789abcdef");
        assertThat(applied.root().parentId()).isEqualTo(sent.spans().get(1).spanId());
        assertThat(applied.root().attribute("tidemark.purge.position")).isEqualTo(position.toString());
        assertThat(applied.root().attribute("tidemark.purge.id")).isEqualTo("traced");
        assertThat(TRACES.stream().filter(PurgeLogTest::isOfAPurge)).hasSize(1);
    }

    @Test
    void aPurgeOfTheGatewaysOwnIsAppliedInTheTraceOfTheRequestThatCausedIt() throws Exception {
        TRACES.clear();
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        String trace = "abcdef0123456789abcdef0123456789";
        gateway.purger
                .purge(
                        List.of(Target.tag("product:44")),
                        Purge.Mode.HARD,
                        "anything",
                        "00-" + trace + "-00f067aa0ba902b7-01")
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        await().atMost(SOON).until(() -> TRACES.stream().anyMatch(PurgeLogTest::isOfAPurge));
        await().atMost(SOON).until(() -> TRACES.stream().anyMatch(told -> !isOfAPurge(told)));
        Trace sent =
                TRACES.stream().filter(told -> !isOfAPurge(told)).findFirst().orElseThrow();
        Trace applied =
                TRACES.stream().filter(PurgeLogTest::isOfAPurge).findFirst().orElseThrow();
        assertThat(sent.context().traceId()).isEqualTo(trace);
        assertThat(sent.root().parentId()).isEqualTo("00f067aa0ba902b7");
        assertThat(sent.spans().get(1).name()).isEqualTo("send tidemark.purges");
        assertThat(applied.context().traceId()).isEqualTo(trace);
        assertThat(applied.root().parentId()).isEqualTo(sent.spans().get(1).spanId());
        TRACES.clear();
    }

    private static boolean isOfAPurge(Trace trace) {
        return trace.root().name().equals("process tidemark.purges");
    }

    @Test
    void what_was_published_before_and_after_the_start_is_applied_and_said_in_a_heartbeat() throws Exception {
        Position before = publish(Target.tag("product:42"));
        Gateway gateway = gateway();
        assertThat(gateway.view.standing()).isEqualTo(Standing.REPLAYING);
        gateway.start().awaitCurrent();
        assertThat(gateway.view.positionAtSend()).isEqualTo(before);

        Position after = publish(Target.tag("product:43"));
        assertThat(gateway.view
                        .awaitWatermark(after, SOON)
                        .toCompletableFuture()
                        .get(40, TimeUnit.SECONDS))
                .isTrue();
        assertThat(gateway.ledger.verdict(PRODUCT, new Position(before.epoch(), -1)))
                .isEqualTo(ABSENT);
        assertThat(gateway.ledger.verdict(PRODUCT, before)).isEqualTo(VALID);
        await().atMost(SOON).untilAsserted(() -> {
            Watermark last = RecordCodec.WATERMARK.decode(
                    heartbeatsOf(gateway.instance).getLast().value());
            assertThat(last.position()).isEqualTo(after);
            assertThat(last.state()).isEqualTo(Watermark.State.SERVING);
            assertThat(last.region()).isEqualTo("eu");
        });
    }

    @Test
    void a_gateway_that_stops_says_that_it_has_left() {
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        gateway.close();
        gateways.clear();
        assertThat(heartbeatsOf(gateway.instance).getLast().value()).isNull();
    }

    @Test
    void a_recreated_log_makes_everything_absent_and_is_followed() throws Exception {
        Position old = publish(Target.tag("other"));
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        recreate(Topics.PURGES, 1);
        publish(Target.tag("x"));
        Position second = publish(Target.tag("y"));
        await().atMost(SOON).until(() -> gateway.view.positionAtSend().equals(second));
        assertThat(second.epoch()).isNotEqualTo(old.epoch());
        assertThat(gateway.ledger.verdict(PRODUCT, old)).isEqualTo(ABSENT);
        assertThat(gateway.ledger.verdict(PRODUCT, second)).isEqualTo(VALID);
        gateway.awaitCurrent();
    }

    @Test
    void what_was_filled_before_the_beginning_of_the_log_counts_as_purged() throws Exception {
        Position first = publish(Target.tag("a"));
        publish(Target.tag("product:42"));
        Position last = publish(Target.tag("b"));
        admin.deleteRecords(
                        Map.of(new TopicPartition(Topics.PURGES, 0), RecordsToDelete.beforeOffset(last.offset() + 1)))
                .all()
                .get(30, TimeUnit.SECONDS);
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        assertThat(gateway.view.positionAtSend()).isEqualTo(last);
        assertThat(gateway.ledger.verdict(PRODUCT, first)).isEqualTo(ABSENT);
        assertThat(gateway.ledger.verdict(PRODUCT, last)).isEqualTo(VALID);
    }

    @Test
    void a_record_that_cannot_be_read_counts_as_a_purge_of_everything() throws Exception {
        Position before = publish(Target.tag("a"));
        for (String value :
                List.of("{\"schema\":99}", "no json", "{\"schema\":1,\"id\":\"x\",\"targets\":[{\"tag\":\"a\"}]}")) {
            producer.send(new ProducerRecord<>(Topics.PURGES, 0, null, value.getBytes(StandardCharsets.UTF_8)))
                    .get(30, TimeUnit.SECONDS);
        }
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        for (int offset = 0; offset < 3; offset++) {
            assertThat(gateway.ledger.verdict(PRODUCT, new Position(before.epoch(), before.offset() + offset)))
                    .isEqualTo(ABSENT);
        }
        assertThat(gateway.ledger.verdict(PRODUCT, new Position(before.epoch(), before.offset() + 3)))
                .isEqualTo(VALID);
    }

    @Test
    void its_own_purge_works_at_once_and_gets_a_position() throws Exception {
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        Position filledAt = gateway.view.positionAtSend();
        assertThat(gateway.ledger.verdict(PRODUCT, filledAt)).isEqualTo(VALID);
        var position = gateway.purger.purge(List.of(Target.url("/products/42")), Purge.Mode.HARD, "r1");
        assertThat(gateway.ledger.verdict(PRODUCT, filledAt)).isEqualTo(ABSENT);
        Position at = position.toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(gateway.view.awaitWatermark(at, SOON).toCompletableFuture().get(40, TimeUnit.SECONDS))
                .isTrue();
        assertThat(gateway.ledger.pending()).isZero();
        assertThat(gateway.ledger.verdict(PRODUCT, filledAt)).isEqualTo(ABSENT);
        assertThat(gateway.ledger.verdict(PRODUCT, at)).isEqualTo(VALID);
    }

    @Test
    void without_the_broker_it_is_cut_off_in_time_and_comes_back_with_all_purges_and_who_started_meanwhile_is_there()
            throws Exception {
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        Position filledAt = gateway.view.positionAtSend();
        kafka.kill();
        long killed = System.nanoTime(); // no heartbeat that was sent after this moment is ever acknowledged
        Gateway later = gateway().start();
        var own = gateway.purger.purge(List.of(Target.tag("product:42")), Purge.Mode.HARD, null);
        try {
            await().pollInterval(Duration.ofMillis(5)).atMost(SOON).until(() -> {
                Duration since = Duration.ofNanos(System.nanoTime() - killed);
                boolean cutOff = gateway.view.standing() == Standing.CUT_OFF;
                assertThat(cutOff || since.compareTo(FENCE) <= 0)
                        .as("trusted %s after the broker's end", since)
                        .isTrue();
                return cutOff;
            });
            assertThat(later.view.standing()).isEqualTo(Standing.REPLAYING);
        } finally {
            kafka.start(); // the other tests need it
        }
        gateway.awaitCurrent();
        later.awaitCurrent();
        Position at = own.toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(gateway.view.awaitWatermark(at, SOON).toCompletableFuture().get(40, TimeUnit.SECONDS))
                .isTrue();
        assertThat(gateway.ledger.verdict(PRODUCT, filledAt)).isEqualTo(ABSENT);
    }

    @Test
    void of_three_partitions_the_first_is_the_log() throws Exception {
        recreate(Topics.PURGES, 3);
        Position before = publish(Target.tag("product:42"));
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        Position after = publish(Target.tag("product:43"));
        assertThat(after.offset()).isEqualTo(before.offset() + 1);
        assertThat(gateway.view
                        .awaitWatermark(after, SOON)
                        .toCompletableFuture()
                        .get(40, TimeUnit.SECONDS))
                .isTrue();
        assertThat(gateway.ledger.verdict(PRODUCT, new Position(before.epoch(), -1)))
                .isEqualTo(ABSENT);
    }

    /** Whoever has told nobody how far it has read may not be trusted to have read. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void who_may_not_say_how_far_it_has_read_is_cut_off_and_says_which_right_is_missing_once(CapturedOutput said)
            throws Exception {
        Gateway gateway = gateway().start();
        gateway.awaitCurrent();
        ResourcePattern watermarks = new ResourcePattern(ResourceType.TOPIC, Topics.WATERMARKS, PatternType.LITERAL);
        List<AclBinding> allButToWrite = List.of(
                new AclBinding(
                        watermarks, new AccessControlEntry("User:*", "*", AclOperation.ALL, AclPermissionType.ALLOW)),
                new AclBinding(
                        watermarks, new AccessControlEntry("User:*", "*", AclOperation.WRITE, AclPermissionType.DENY)));
        admin.createAcls(allButToWrite).all().get(30, TimeUnit.SECONDS);
        try {
            await().atMost(SOON).until(() -> gateway.view.standing() == Standing.CUT_OFF);
            await().atMost(SOON)
                    .until(() -> said.getAll()
                            .lines()
                            .anyMatch(line ->
                                    line.contains("Heartbeats are not acknowledged: Not authorized to access topics:"
                                            + " [tidemark.watermarks]")));
        } finally {
            admin.deleteAcls(allButToWrite.stream().map(AclBinding::toFilter).toList())
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        gateway.awaitCurrent();
        assertThat(said.getAll().lines().filter(line -> line.contains("Heartbeats are not acknowledged: Not auth")))
                .hasSize(1);
    }
}
