package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.KeyPromotion;
import io.tidemark.contracts.RecordCodec;
import io.tidemark.contracts.Topics;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class KeysOverHttpTest {
    private static final TopicPartition KEYS = new TopicPartition(Topics.KEYS, 0);

    private final LocalService service = LocalService.get();

    @Test
    void aKeyComesIntoUseWhenAllGatewaysHaveIt() throws Exception {
        service.eu.holds("old", "new", "old");
        service.us.holds("old", "old");
        eventually(
                "one is waited for",
                () -> set().at("/waitingFor/0/because").asString("").equals("has no key new"));
        assertThat(set().path("set").asString()).isEqualTo("keys");
        assertThat(set().path("next").asString()).isEqualTo("new");
        assertThat(set().at("/waitingFor/0/instance").asString()).isEqualTo("us-1-1");
        HttpResponse<String> asked = promote("new");
        assertThat(asked.statusCode()).isEqualTo(409);
        assertThat(asked.body()).contains("key-not-everywhere", "us-1-1 has no key new");
        assertThat(promote("other").statusCode()).isEqualTo(404);
        service.us.holds("old", "new", "old");
        try (var consumer = service.context.getBean(KafkaClients.class).consumer(Map.of())) {
            consumer.assign(List.of(KEYS));
            consumer.seekToBeginning(List.of(KEYS));
            eventually("it is said to all, without being asked for", () -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    KeyPromotion said = RecordCodec.KEY_PROMOTION.decode(record.value());
                    if (said.scope().equals("keys") && said.key().equals("new")) {
                        return true;
                    }
                }
                return false;
            });
        }
        service.eu.holds("new", "new", "old");
        service.us.holds("new", "new", "old");
        eventually(
                "the old one may be removed",
                () -> set().at("/keys/1/removable").asBoolean(false));
        assertThat(promote("old").statusCode()).as("back, by hand").isEqualTo(200);
    }

    private JsonNode set() throws Exception {
        return json(service.get("/v1/keys")).at("/sets/0");
    }

    private HttpResponse<String> promote(String key) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(Requests.uri(service.context, "/v1/keys/keys/promote?key=" + key))
                            .POST(HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
