package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What became of a request, asked of the fleet: one gateway answers, one is silent. */
class ExplanationsTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final LocalService service = LocalService.get();

    private HttpResponse<String> explain(String query) throws Exception {
        String port = service.context.getEnvironment().getRequiredProperty("local.management.port");
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/explain" + query))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whoKnowsItTellsAndWhoIsSilentIsNamed() throws Exception {
        HttpResponse<String> response = explain("?request=known");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode told = json(response);
        assertThat(told.path("complete").asBoolean()).isFalse();
        assertThat(told.at("/gateways/0/colo").asString()).isEqualTo("eu-1");
        assertThat(told.at("/gateways/0/outcome").asString()).isEqualTo("known");
        assertThat(told.at("/gateways/0/explanation/cache").asString()).isEqualTo("MISS");
        assertThat(told.path("silent"))
                .anyMatch(gateway -> gateway.path("colo").asString().equals("us-1"));
    }

    @Test
    void whatNobodyKnowsIsNotFoundAndSaysWhoWasAsked() throws Exception {
        HttpResponse<String> response = explain("?request=nobody");
        assertProblem(response, 404, "not-remembered", "not all have answered");
        assertThat(json(response).at("/gateways/0/outcome").asString()).isEqualTo("unknown");
        assertThat(json(response).at("/gateways/0/since").asString()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(json(response).path("silent").isEmpty()).isFalse();
        assertProblem(
                explain("?url=http://shop.example/p/1&at=2026-01-01T00:00:00Z"),
                404,
                "not-remembered",
                "2026-01-01T00:00:00Z");
    }

    @Test
    void aQuestionThatIsNoneIsAProblemAndAsksNobody() throws Exception {
        Map<String, List<String>> bad = Map.of(
                "request is no request's id", List.of("?request=", "?request=a%20b", "?request=" + "a".repeat(129)),
                "at is not a time", List.of("?url=http://a/&at=yesterday", "?url=http://a/&at=", "?url=http://a/&at=1"),
                "at goes with a url", List.of("?request=a&at=2026-01-01T00:00:00Z"),
                "url is not one", List.of("?url=", "?url=/p/1", "?url=ftp://a/", "?url=http://%20/"),
                "ask by", List.of("", "?at=2026-01-01T00:00:00Z", "?request=a&url=http://a/"));
        for (Map.Entry<String, List<String>> kind : bad.entrySet()) {
            for (String query : kind.getValue()) {
                HttpResponse<String> response = explain(query);
                assertThat(response.statusCode())
                        .as(query + ' ' + response.body())
                        .isEqualTo(400);
                assertProblem(response, 400, "malformed-question", kind.getKey());
            }
        }
    }

    @Test
    void thePublicPortHasItNot() throws Exception {
        assertThat(service.get("/v1/explain?request=known").statusCode()).isEqualTo(404);
    }
}
