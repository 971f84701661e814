package io.tidemark.writequeue.log;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.Logs;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.ScriptedOrigin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Records in the write log that are no writes, or writes of a version to come. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnreadableRecordsTest {
    private static Backends backends;
    private static ScriptedOrigin origin;
    private static RunningService service;
    private static KafkaProducer<String, byte[]> producer;

    @BeforeAll
    static void start() {
        backends = Backends.start(1);
        origin = new ScriptedOrigin();
        service = new RunningService(backends, origin.url());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", backends.kafka().bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close(Duration.ZERO);
        service.close();
        origin.close();
        backends.close();
    }

    private static void append(String key, byte @Nullable [] value) throws Exception {
        producer.send(new ProducerRecord<>(Topics.WRITES, key, value)).get(30, TimeUnit.SECONDS);
    }

    private static double skipped() {
        return service.context()
                .getBean(MeterRegistry.class)
                .get("tidemark.writes.unreadable")
                .counter()
                .count();
    }

    @Test
    @Order(1)
    void thatAreNoneAreSkippedCountedAndKeptWithTheDeadLetters() throws Exception {
        String customer = unique("c");
        append("customer:" + customer, "no write".getBytes(UTF_8));
        append("customer:" + customer, null);
        append("customer:" + customer, "{\"type\":\"order.place\"}".getBytes(UTF_8));
        append("customer:" + customer, "{\"schema\":1,\"data\":7}".getBytes(UTF_8));
        service.await(service.accept(order(customer, Map.of())), is("delivered"));

        assertThat(skipped()).isEqualTo(4);
        assertThat(Logs.read(backends.kafka(), Topics.DEAD_WRITES))
                .filteredOn(copy -> copy.key().equals("customer:" + customer))
                .hasSize(4)
                .allMatch(copy -> copy.headers().lastHeader("tidemark-unreadable") != null)
                .extracting(copy -> copy.value() == null ? "" : new String(copy.value(), UTF_8))
                .contains("no write", "");
        assertThat(service.get("/v1/dead-letters").json().path("deadLetters").size())
                .isZero();
    }

    @Test
    @Order(2) // what stands still stays so
    void ofANewerSchemaStopTheirPartitionAndNoOther() throws Exception {
        append("customer:stopped", "{\"schema\":99}".getBytes(UTF_8));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(service.manage("/actuator/health")
                                .json()
                                .at("/components/writeLog/status")
                                .asString())
                        .isEqualTo("HALTED"));
        String stopped = service.accept(order("stopped", Map.of()));
        List<String> others = new ArrayList<>();
        for (int n = 0; n < 24; n++) { // over 12 partitions, one of which stands still
            others.add(service.accept(order("other-" + n, Map.of())));
        }
        await("most of them are delivered")
                .atMost(Duration.ofSeconds(30))
                .until(() -> others.stream()
                                .filter(writeId -> status(writeId).equals("delivered"))
                                .count()
                        > 12);
        assertThat(status(stopped)).isEqualTo("accepted");
    }

    private static String status(String writeId) {
        return service.get("/v1/writes/" + writeId).json().path("status").asString();
    }
}
