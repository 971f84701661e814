package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.suite.client.Http;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;

/** What an error looks like (RFC 9457). */
final class Problems {
    private Problems() {}

    static void assertProblem(HttpResponse<String> response, int status, String causeNamed) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(Http.header(response, "Content-Type")).startsWith("application/problem+json");
        JsonNode problem = Http.json(response);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("type").asString()).isNotBlank().isNotEqualTo("about:blank");
        assertThat(problem.path("title").asString()).isNotBlank();
        assertThat(response.body()).containsIgnoringCase(causeNamed);
    }
}
