package io.tidemark.gateway.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.contracts.Inquiry;
import io.tidemark.contracts.InquiryAnswer;
import io.tidemark.contracts.InquiryAnswer.Outcome;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Kafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What became of a request, asked of two gateways over the log; and what they send of each request to a topic. */
class InquiriesTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final TopicPartition ANSWERS = new TopicPartition(Topics.INQUIRY_ANSWERS, 0);

    private static final TopicPartition REQUESTS = new TopicPartition("requests", 0);

    private static final Kafka KAFKA =
            Kafka.create(BackendOptions.named("kafka-inquiries").withMode(BackendMode.EMBEDDED));
    private static final BareOrigin ORIGIN = new BareOrigin();
    private static GatewayUnderTest eu;
    private static GatewayUnderTest us;
    private static Consumer<byte[], byte[]> answers;

    @BeforeAll
    static void start() throws Exception {
        KAFKA.start();
        for (String path : List.of("/products/1", "/products/2")) {
            ORIGIN.on(path, exchange -> exchange.answer(200, "x", "Cache-Control: max-age=60"));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(REQUESTS.topic(), 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        eu = gateway("eu");
        us = gateway("us");
        answers = eu.bean(KafkaClients.class).consumer(Map.of());
        answers.assign(List.of(ANSWERS));
        answers.seekToEnd(List.of(ANSWERS));
        answers.position(ANSWERS);
        await().atMost(LIMIT).until(() -> ask("nobody", null, null).size() == 2); // both read questions by now
    }

    private static GatewayUnderTest gateway(String region) {
        return new GatewayUnderTest(
                "--tidemark.region=" + region,
                "--tidemark.colo=" + region + "-1",
                "--tidemark.origin=" + ORIGIN.uri(),
                "--tidemark.kafka.enabled=true",
                "--tidemark.analytics.topic=" + REQUESTS.topic(),
                "--spring.kafka.bootstrap-servers=" + KAFKA.bootstrapServers());
    }

    @AfterAll
    static void stop() throws Exception {
        answers.close();
        List.of(eu, us).forEach(GatewayUnderTest::close);
        ORIGIN.close();
        KAFKA.close();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, InquiryAnswer> ask(
            @Nullable String request, @Nullable String url, @Nullable Instant upTo) {
        String id = RequestId.next();
        byte[] question = RecordCodec.INQUIRY.encode(new Inquiry(1, id, request, url, upTo, Instant.now()));
        var _ = ((Producer<byte[], byte[]>) eu.bean(Producer.class))
                .send(new ProducerRecord<>(Topics.INQUIRIES, 0, id.getBytes(StandardCharsets.UTF_8), question));
        Map<String, InquiryAnswer> found = new HashMap<>();
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (found.size() < 2 && System.nanoTime() < end) {
            answers.poll(Duration.ofMillis(100)).forEach(record -> {
                InquiryAnswer answer = RecordCodec.INQUIRY_ANSWER.decode(record.value());
                if (answer.inquiry().equals(id)) {
                    found.put(answer.colo(), answer);
                }
            });
        }
        return found;
    }

    @Test
    void theGatewayThatAnsweredKnowsItAndTheOtherSaysThatItDoesNot() {
        String id = RequestId.next();
        assertThat(us.get("/products/1?who=somebody", "X-Request-Id", id).code())
                .isEqualTo(200);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(ask(id, null, null))
                        .hasSize(2)
                        .hasEntrySatisfying(
                                "us-1", answer -> assertThat(answer.outcome()).isEqualTo(Outcome.KNOWN)));
        Map<String, InquiryAnswer> told = ask(id, null, null);
        assertThat(told).hasEntrySatisfying("us-1", known -> {
            assertThat(known.region()).isEqualTo("us");
            assertThat(known.since()).isNotNull();
            assertThat(known.explanation())
                    .containsEntry("request", id)
                    .containsEntry("cache", "MISS")
                    .containsEntry("path", "/products/1")
                    .containsKeys("decisions", "steps");
            assertThat(known.toString()).doesNotContain("somebody");
        });
        assertThat(told).hasEntrySatisfying("eu-1", other -> {
            assertThat(other.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(other.explanation()).isNull();
        });
    }

    @Test
    void aRecordOfEachRequestGoesToTheTopic() {
        List<String> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> requests = us.bean(KafkaClients.class).consumer(Map.of())) {
            requests.assign(List.of(REQUESTS));
            requests.seekToBeginning(List.of(REQUESTS));
            await().atMost(LIMIT).untilAsserted(() -> {
                assertThat(us.get("/products/1").code()).isEqualTo(200);
                requests.poll(Duration.ofMillis(100))
                        .forEach(record -> records.add(new String(record.value(), StandardCharsets.UTF_8)));
                assertThat(records)
                        .anySatisfy(record -> assertThat(record)
                                .contains("\"colo\":\"us-1\"", "\"status\":200")
                                .doesNotContain("/products"));
            });
        }
    }

    @Test
    void ofAUrlTheLastRequestUpToTheTimeIsTold() {
        String id = RequestId.next();
        assertThat(eu.get("/products/2", "X-Request-Id", id).code()).isEqualTo(200);
        String url = "http://shop.example/products/2";
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(ask(null, url, Instant.now()))
                        .hasSize(2)
                        .hasEntrySatisfying(
                                "eu-1",
                                answer -> assertThat(answer.explanation()).containsEntry("request", id)));
        Map<String, InquiryAnswer> before = ask(null, url, Instant.parse("2020-01-01T00:00:00Z"));
        assertThat(before).hasSize(2);
        assertThat(before.values())
                .allSatisfy(answer -> assertThat(answer.outcome()).isEqualTo(Outcome.UNKNOWN));
        assertThat(ask(null, "http://shop.example/a b", Instant.now()).values())
                .hasSize(2)
                .allSatisfy(answer -> assertThat(answer.outcome()).isEqualTo(Outcome.UNKNOWN));
    }
}
