package io.tidemark.invalidation;

import static io.tidemark.invalidation.LocalService.TAG;
import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.signed;
import static io.tidemark.invalidation.Requests.uri;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.databind.JsonNode;

/** Messages that purge nothing: dry runs, and what was sent before. */
class DryRunsAndRepeatsTest {
    private final LocalService service = LocalService.get();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void aDryRunIsAnsweredWithoutAPurgeAndNamesTheGatewaysThatAreSilent() throws Exception {
        List<String> headers = signed(TAG);
        int before = service.purgesInTheLog();
        HttpRequest request = HttpRequest.newBuilder(uri(service.context, "/v1/sources/catalog/purges?dry-run"))
                .headers(headers.toArray(String[]::new))
                .POST(HttpRequest.BodyPublishers.ofString(TAG))
                .build();
        JsonNode preview = json(CLIENT.send(request, HttpResponse.BodyHandlers.ofString()));
        assertThat(service.purgesInTheLog()).isEqualTo(before);
        assertThat(preview.path("complete").asBoolean()).isFalse();
        assertThat(preview.at("/regions/eu/covered").asInt()).isEqualTo(2);
        assertThat(preview.at("/regions/eu/gateways/0/stored").asInt()).isEqualTo(5);
        assertThat(preview.at("/regions/us/silent/0").asString()).isEqualTo("us-1-1");
        assertProblem(service.post("catalog", TAG, headers), 409, "webhook-id-used", "dry run");
        assertThat(service.purgesInTheLog()).as("resent without its query").isEqualTo(before);
    }

    @Test
    void aDryRunThatTheSignedBodyAsksForIsOneWhateverTheQuerySays() throws Exception {
        String body = TAG.replace("{\"targets", "{\"dryRun\":true,\"targets");
        int before = service.purgesInTheLog();
        HttpResponse<String> response = service.post("catalog", body, signed(body));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).at("/regions/eu/covered").asInt()).isEqualTo(2);
        assertThat(service.purgesInTheLog()).isEqualTo(before);
    }

    @Test
    void theSameMessageAgainIsAnsweredWithWhatBecameOfIt() throws Exception {
        String id = "msg-" + UUID.randomUUID();
        JsonNode accepted = json(service.post("catalog", TAG, signed(id, Instant.now(), TAG)));
        int before = service.purgesInTheLog();
        HttpResponse<String> again =
                service.post("catalog", TAG, signed(id, Instant.now().plusSeconds(1), TAG), "Prefer", "wait=30");
        assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
        assertThat(json(again).path("id")).isEqualTo(accepted.path("id"));
        assertThat(json(again).path("position")).isEqualTo(accepted.path("position"));
        assertThat(json(again).path("complete").asBoolean()).isTrue();
        String other = TAG.replace("42", "43");
        assertProblem(service.post("catalog", other, signed(id, Instant.now(), other)), 409, "webhook-id-used", id);
        assertThat(service.purgesInTheLog()).isEqualTo(before);
    }

    @Test
    void whatRedisForgetsOfAMessageTheLogStillKnows() throws Exception {
        String id = "msg-" + UUID.randomUUID();
        JsonNode accepted = json(service.post("catalog", TAG, signed(id, Instant.now(), TAG), "Prefer", "wait=30"));
        int before = service.purgesInTheLog();
        assertThat(service.context.getBean(StringRedisTemplate.class).delete("tidemark:webhook:catalog:" + id))
                .isTrue();
        HttpResponse<String> again = service.post("catalog", TAG, signed(id, Instant.now(), TAG));
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).path("id")).isEqualTo(accepted.path("id"));
        assertThat(service.purgesInTheLog()).isEqualTo(before);
    }
}
