package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The console over HTTP: where it is, what browsers are told of it, and its stream. */
class ConsoleTest {
    private final LocalService service = LocalService.get();
    private final ConsoleRequests console = new ConsoleRequests(service.context);

    @Test
    void itIsOnTheManagementPortAlone() throws Exception {
        assertThat(console.get("/console/").statusCode()).isEqualTo(200);
        assertThat(console.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
        for (String path :
                new String[] {"/console/", "/console/index.html", "/console/api/me", "/console/api/events"}) {
            assertThat(service.get(path).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void nothingIsTakenFromAnywhereElse() throws Exception {
        for (String path :
                new String[] {"/console/", "/console/js/app.js", "/console/css/base.css", "/console/api/me"}) {
            HttpResponse<String> answer = console.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(header(answer, "Content-Security-Policy"))
                    .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe-inline", "http", "*");
            assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(header(answer, "Referrer-Policy")).isEqualTo("no-referrer");
        }
        String page = console.get("/console/").body();
        assertThat(page).doesNotContain("<style", "style=", "onclick=", "//cdn", "https://");
        assertThat(page.replace("<script type=\"module\" src=\"js/app.js\"></script>", ""))
                .doesNotContain("<script");
        assertThat(header(console.get("/console/js/app.js"), "Content-Type")).contains("javascript");
        assertThat(header(console.get("/console/css/base.css"), "Content-Type")).startsWith("text/css");
        assertThat(console.get("/console/js/none.js").statusCode()).isEqualTo(404);
        assertThat(console.get("/console/..%2fapplication.yml").statusCode()).isBetween(400, 404);
    }

    @Test
    void aStreamBeginsWithAllThatThereIsAndGoesOnWithWhatChanges() throws Exception {
        HttpResponse<Stream<String>> stream = console.lines("events");
        assertThat(stream.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        try (Stream<String> lines = stream.body()) {
            Iterator<String> each = lines.iterator();
            assertThat(data(each, "history").isArray()).isTrue();
            JsonNode state = data(each, "state");
            JsonNode gateway = state.path("set").path("gateway/eu-1-1");
            assertThat(gateway.path("region").asString()).isEqualTo("eu");
            assertThat(gateway.path("lease").asString()).isEqualTo("live");
            assertThat(state.path("set").path("log/head").path("caughtUp").asBoolean())
                    .isTrue();
            JsonNode change = data(each, "change");
            assertThat(change.path("set").has("gateway/us-1-1"))
                    .as("what is as it was is not said again: " + change)
                    .isFalse();
        }
    }

    @Test
    void aNameThatIsNotThisMachinesIsRefusedWhereNobodyLogsIn() throws Exception {
        String port = service.context.getEnvironment().getProperty("local.management.port");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(String.valueOf(port)))) {
            socket.getOutputStream()
                    .write("GET /console/api/me HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void whatThereIsNotIsAProblem() throws Exception {
        assertProblem(console.get("nothing"), 404, "not-found", "nothing");
        console.get("me");
        assertProblem(console.post("nothing", "{}"), 404, "not-found", "nothing");
    }

    private static JsonNode data(Iterator<String> lines, String event) {
        while (lines.hasNext()) {
            if (lines.next().equals("event:" + event)) {
                return JsonMapper.shared().readTree(lines.next().substring("data:".length()));
            }
        }
        throw new AssertionError("the stream ended before " + event);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
