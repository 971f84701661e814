package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.signed;
import static io.tidemark.invalidation.Requests.uri;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events of sources, which rules map to purges. */
class EventsTest {
    private final LocalService service = LocalService.get();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String UPDATED = "{\"type\":\"product.updated\",\"data\":{\"id\":42}}";

    @Test
    void purgesWhatItsRuleMapsItTo() throws Exception {
        HttpResponse<String> response = postEvent("catalog", "events", UPDATED, signed(UPDATED));
        assertThat(response.statusCode()).isEqualTo(202);
        JsonNode receipt = service.awaitComplete(json(response).path("id").asString());
        assertThat(receipt.at("/targets/0/tag").asString()).isEqualTo("product:42");
    }

    @Test
    void showsInADryRunWhatItWouldPurgeAndUsesUpNothing() throws Exception {
        List<String> headers = signed(UPDATED);
        int before = service.purgesInTheLog();
        for (String path : List.of("events/dry-run", "events?dry-run", "events?dry-run=true")) {
            HttpResponse<String> response = postEvent("catalog", path, UPDATED, headers);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(json(response))
                    .isEqualTo(JSON.readTree("{\"type\":\"product.updated\",\"mapped\":true,"
                            + "\"targets\":[{\"tag\":\"product:42\"}],\"mode\":\"hard\"}"));
        }
        assertThat(service.purgesInTheLog()).isEqualTo(before);
        assertProblem(postEvent("catalog", "events", UPDATED, headers), 409, "webhook-id-used", "dry run");
        assertThat(service.purgesInTheLog()).isEqualTo(before);
    }

    @Test
    void thatNoRuleMapsIsTakenAndPurgesNothing() throws Exception {
        String body = UPDATED.replace("updated", "viewed");
        int before = service.purgesInTheLog();
        HttpResponse<String> response = postEvent("catalog", "events", body, signed(body));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("mapped").asBoolean()).isFalse();
        assertThat(service.purgesInTheLog()).isEqualTo(before);
    }

    @Test
    void thatLacksWhatItsRuleNeedsIsRefused() throws Exception {
        for (String[] bad : new String[][] {
            {"{\"type\":\"product.updated\",\"data\":{}}", "data.id"}, {"{\"data\":{}}", "type"}, {"[]", "type"}
        }) {
            assertProblem(postEvent("catalog", "events", bad[0], signed(bad[0])), 400, "invalid-event", bad[1]);
        }
    }

    @Test
    void ofGithubIsToldByItsHeader() throws Exception {
        String body = "{\"ref\":\"refs/heads/main\"}";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("It's a Secret to Everybody".getBytes(UTF_8), "HmacSHA256"));
        List<String> headers = List.of(
                "X-GitHub-Event",
                "push",
                "X-GitHub-Delivery",
                UUID.randomUUID().toString(),
                "X-Hub-Signature-256",
                "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8))));
        HttpResponse<String> response = postEvent("hub", "events", body, headers);
        assertThat(response.statusCode()).isEqualTo(202);
        JsonNode receipt = service.awaitComplete(json(response).path("id").asString());
        assertThat(receipt.at("/targets/0/tag").asString()).isEqualTo("ref:refs/heads/main");
        assertThat(postEvent("hub", "events", body, headers).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> postEvent(String source, String path, String body, List<String> headers)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(service.context, "/v1/sources/" + source + '/' + path))
                .headers(headers.toArray(String[]::new))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
