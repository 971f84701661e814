package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.client.Http;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import tools.jackson.databind.JsonNode;

/** The documents of docs/api, against what a running suite serves and has in its topics. */
@Order(56)
@DisabledIfSystemProperty(
        named = "suite.external",
        matches = "true",
        disabledReason = "asks management ports and Kafka")
class ApiDocumentsIT {
    private final RunningSuite suite = RunningSuite.get();
    private final String id = RunningSuite.newId();

    private static void assertAsDescribed(ApiSchemas schemas, String operation, HttpResponse<String> answer) {
        assertThat(schemas.violations(operation, answer.statusCode(), Http.json(answer)))
                .as("%s: %s", operation, answer.body())
                .isEmpty();
    }

    @Test
    void invalidationAnswersAsItsDocumentSays() throws Exception {
        ApiSchemas schemas = ApiSchemas.of("invalidation-service");
        String base = suite.invalidation();
        Products.readEu(id);

        String purge = "POST /v1/sources/{source}/purges";
        assertAsDescribed(schemas, purge, Webhook.purging("product:" + id).post());
        assertAsDescribed(schemas, purge, Webhook.purging("product:" + id).post("Prefer", "wait=15"));
        assertAsDescribed(
                schemas,
                purge,
                Webhook.of("{\"dryRun\":true,\"targets\":[{\"tag\":\"product:" + id + "\"}]}")
                        .post());
        assertAsDescribed(schemas, purge, Webhook.of("{\"targets\":[]}").post());
        for (String path : List.of("/v1/purges", "/v1/regions", "/v1/freshness", "/v1/keys")) {
            assertAsDescribed(schemas, "GET " + path, Http.get(base + path));
        }
        assertAsDescribed(schemas, "GET /v1/purges/{id}", Http.get(base + "/v1/purges/none"));
        assertAsDescribed(
                schemas,
                "GET /v1/explain",
                Http.get("http://127.0.0.1:9082/v1/explain?request=" + RunningSuite.newId()));
    }

    @Test
    void theWriteQueueAnswersAsItsDocumentSays() throws Exception {
        ApiSchemas schemas = ApiSchemas.of("write-queue-service");
        String base = suite.writeQueue() + "/v1";
        Products.setFault("{\"path\":\"" + Products.path(id) + "\",\"status\":400}");
        HttpResponse<String> accepted = Writes.send("product.update", "{\"id\":\"" + id + "\",\"name\":\"described\"}");
        assertAsDescribed(schemas, "POST /v1/writes", accepted);
        String write = Http.json(accepted).path("writeId").asString();
        Writes.awaitState(write, "dead-lettered", Duration.ofSeconds(30));

        assertAsDescribed(schemas, "GET /v1/writes/{id}", Http.get(base + "/writes/" + write));
        assertAsDescribed(schemas, "GET /v1/dead-letters", Http.get(base + "/dead-letters"));
        assertAsDescribed(schemas, "GET /v1/dead-letters/{id}", Http.get(base + "/dead-letters/" + write));
        Products.clearFaults(Products.path(id));
        assertAsDescribed(
                schemas,
                "POST /v1/dead-letters/{id}/redrive",
                Http.send("POST", base + "/dead-letters/" + write + "/redrive", ""));
        Writes.awaitState(write, "delivered", Duration.ofSeconds(30));
        assertAsDescribed(schemas, "GET /v1/writes/{id}", Http.get(base + "/writes/" + write));
        assertAsDescribed(schemas, "GET /v1/writes/{id}", Http.get(base + "/writes/none"));
    }

    @Test
    void theGatewaysManagementAnswersAsItsDocumentSays() throws Exception {
        ApiSchemas schemas = ApiSchemas.of("gateway-service");
        HttpResponse<String> read = Products.readEu(id);
        String base = "http://127.0.0.1:9080/actuator";

        assertAsDescribed(schemas, "GET /actuator/edge", Http.get(base + "/edge"));
        assertAsDescribed(schemas, "GET /actuator/datamap", Http.get(base + "/datamap", "Accept", "application/json"));
        assertAsDescribed(
                schemas,
                "GET /actuator/explain",
                Http.get(base + "/explain?url=" + suite.gatewayEu() + Products.path(id)));
        await("the request is remembered").atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            HttpResponse<String> told = Http.get(base + "/explain?request=" + Http.header(read, "X-Request-Id"));
            assertThat(told.statusCode()).isEqualTo(200);
            assertAsDescribed(schemas, "GET /actuator/explain", told);
        });
    }

    @Test
    void theManagementPortsHaveWhatTheDocumentsSayAndNothingElse() throws Exception {
        Map<String, Integer> ports =
                Map.of("gateway-service", 9080, "invalidation-service", 9082, "write-queue-service", 9083);
        for (Map.Entry<String, Integer> service : ports.entrySet()) {
            ApiSchemas schemas = ApiSchemas.of(service.getKey());
            String base = "http://127.0.0.1:" + service.getValue();
            JsonNode links = Http.json(Http.get(base + "/actuator")).path("_links");
            Set<String> shown = links.values().stream()
                    .map(link -> link.path("href")
                            .asString()
                            .substring(base.length())
                            .replace("{*", "{"))
                    .map(path -> "GET " + path)
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> described = schemas.operations();
            described.removeIf(operation -> !operation.contains(" /actuator"));
            assertThat(shown).as(service.getKey()).isEqualTo(described);
            for (String path : List.of("/actuator/health", "/actuator/configuration")) {
                assertAsDescribed(schemas, "GET " + path, Http.get(base + path));
            }
        }
    }

    @Test
    void everyRecordOfEveryTopicIsAsTheDocumentSays() throws Exception {
        assertThat(Webhook.purging("product:" + id).post("Prefer", "wait=15").statusCode())
                .isEqualTo(200);
        ApiSchemas schemas = ApiSchemas.of("topics");
        Set<String> described = new TreeSet<>();
        Set<String> seen = new HashSet<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", "127.0.0.1:19092"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            Set<String> topics = consumer.listTopics().keySet().stream()
                    .filter(topic -> topic.startsWith("tidemark."))
                    .collect(Collectors.toCollection(TreeSet::new));
            for (JsonNode channel : schemas.root().path("channels").values()) {
                String topic = channel.path("address").asString();
                described.add(topic);
                JsonNode message = channel.path("messages").values().iterator().next();
                for (ConsumerRecord<byte[], byte[]> found : records(consumer, topic)) {
                    var head = found.headers().lastHeader("head");
                    byte[] json = head == null ? found.value() : head.value();
                    if (json != null && found.headers().lastHeader("tidemark-unreadable") == null) {
                        JsonNode schema =
                                head == null ? message.path("payload") : message.at("/headers/properties/head");
                        assertThat(schemas.violations(schema, Http.JSON.readTree(json)))
                                .as("%s: %s", topic, new String(json, StandardCharsets.UTF_8))
                                .isEmpty();
                        seen.add(topic);
                    }
                }
            }
            assertThat(described).isEqualTo(topics);
        }
        assertThat(seen).contains("tidemark.purges", "tidemark.watermarks", "tidemark.erasures");
    }

    /** The last thousand of each partition. */
    private static List<ConsumerRecord<byte[], byte[]>> records(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        partitions.forEach(
                partition -> consumer.seek(partition, Math.max(begins.get(partition), ends.get(partition) - 1000)));
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
            assertThat(System.nanoTime()).as("%s is read in time", topic).isLessThan(deadline);
            consumer.poll(Duration.ofMillis(200)).forEach(found::add);
        }
        return found;
    }
}
