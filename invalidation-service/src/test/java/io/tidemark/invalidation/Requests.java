package io.tidemark.invalidation;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Signed requests to a service that runs in this JVM, and what their answers must be. */
final class Requests {
    /** The secret of the local profile's source {@code catalog}. */
    static final String SECRET = "whsec_dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final JsonMapper JSON = JsonMapper.shared();

    private Requests() {}

    static List<String> signed(String body) throws Exception {
        return signed("msg-" + UUID.randomUUID(), Instant.now(), body);
    }

    static List<String> signed(String id, Instant at, String body) throws Exception {
        return signed(SECRET, id, at, body);
    }

    /** As the public Java library of Standard Webhooks signs. */
    static List<String> signed(String secret, String id, Instant at, String body) throws Exception {
        String signature = new Webhook(secret).sign(id, at.getEpochSecond(), body);
        return List.of(
                "webhook-id",
                id,
                "webhook-timestamp",
                Long.toString(at.getEpochSecond()),
                "webhook-signature",
                signature);
    }

    static HttpResponse<String> post(
            ConfigurableApplicationContext to, String source, String body, List<String> headers, String... more)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(to, "/v1/sources/" + source + "/purges"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        if (more.length > 0) {
            request.headers(more);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static HttpResponse<String> get(ConfigurableApplicationContext from, String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(uri(from, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The health of a service, or a part of it, as {@code /readiness}. */
    static HttpResponse<String> health(ConfigurableApplicationContext of, String part) throws Exception {
        String port = of.getEnvironment().getProperty("local.management.port");
        URI uri = URI.create("http://127.0.0.1:" + port + "/actuator/health" + part);
        return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    static URI uri(ConfigurableApplicationContext context, String path) {
        int port = Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
        return URI.create("http://127.0.0.1:" + port + path);
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    static void assertProblem(HttpResponse<String> response, int status, String type, String named) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        JsonNode problem = json(response);
        assertThat(problem.path("type").asString()).isEqualTo("urn:tidemark:problem:" + type);
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(response.body()).contains(named);
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void eventually(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(20);
        }
    }
}
