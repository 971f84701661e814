package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.uri;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.local.backends.Backends;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** One class, as one start of the service serves all of it. */
@DisplayName(
        "The invalidation service outside of the local profile, and requests that may mean several things, or harm")
class DoubtfulRequestsTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OPERATOR = "operator-token-of-24-chars";
    private static final String SHOP = "shop-token-of-24-characters";
    private static final String TAG = "{\"targets\":[{\"tag\":\"product:42\"}]}";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static ConfigurableApplicationContext service;

    @BeforeAll
    static void start() throws Exception {
        service = SpringApplication.run(
                InvalidationApplication.class,
                "--server.port=0",
                "--management.server.port=0",
                "--spring.kafka.bootstrap-servers=" + Backends.shared().kafka().bootstrapServers(),
                "--spring.data.redis.url=" + Backends.shared().redis(0).url(),
                "--spring.data.redis.timeout=10s",
                "--tidemark.webhooks.publish-timeout=10s",
                "--tidemark.webhooks.body-timeout=3s",
                "--tidemark.webhooks.body-memory=16MB",
                "--tidemark.receipts.max-waiting=0",
                "--tidemark.reading.operator-tokens=" + OPERATOR,
                "--tidemark.sources.shop.secrets=" + SECRET,
                "--tidemark.sources.shop.read-tokens=" + SHOP,
                "--tidemark.sources.shop.allow.tags=*",
                "--tidemark.sources.shop.allow.hosts=*",
                "--tidemark.sources.shop.allow.prefixes=/",
                "--tidemark.sources.shop.pattern-rate=3",
                "--tidemark.sources.shop.events.[product.updated].targets[0].tag=product:{data.id}",
                "--tidemark.sources.shop.events.[product.moved].targets[0].prefix=/products/{data.id}/",
                "--tidemark.sources.shop.events.[both].targets[0].tag={data.a}:{data.b}",
                "--tidemark.sources.other.secrets=" + SECRET,
                "--tidemark.sources.other.allow.tags=*");
        eventually(
                "a purge is accepted",
                () -> post("/v1/sources/other/purges", TAG).statusCode() == 202);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    // --- who reads --------------------------------------------------------------------------------------------------

    @Test
    void receiptsAreReadWithATokenASourcesOwnByItsOwn() throws Exception {
        String path = json(post("/v1/sources/shop/purges", TAG)).path("status").asString();
        for (String all : List.of(path, "/v1/purges", "/v1/purges?limit=5", "/v1/regions")) {
            assertProblem(get(all), 401, "unauthorized", "Authorization");
            assertProblem(get(all, "Authorization", "Bearer wrong"), 401, "unauthorized", "no token");
            assertThat(get(all, "Authorization", "Bearer " + OPERATOR).statusCode())
                    .isEqualTo(200);
        }
        assertThat(get(path, "Authorization", "bearer " + SHOP).statusCode()).isEqualTo(200);
        assertProblem(get("/v1/regions", "Authorization", "Bearer " + SHOP), 403, "operators-only", "source");
        String others =
                json(post("/v1/sources/other/purges", TAG)).path("status").asString();
        assertProblem(get(others, "Authorization", "Bearer " + SHOP), 404, "unknown-purge", "");
        JsonNode own = json(get("/v1/purges?limit=1000", "Authorization", "Bearer " + SHOP))
                .path("purges");
        assertThat(own.valueStream().map(p -> p.path("source").asString()))
                .isNotEmpty()
                .containsOnly("shop");
    }

    // --- what is doubtful purges nothing ----------------------------------------------------------------------------

    @Test
    void bodiesThatMayMeanSeveralThingsPurgeNothing() throws Exception {
        String targets = "\"targets\":[{\"tag\":\"a\"}]";
        String[][] bodies = {
            {"{" + targets + ",\"modus\":\"soft\"}", "invalid-purge-request", "did you mean \\\"mode\\\""},
            {"{" + targets + ",\"Mode\":\"soft\"}", "invalid-purge-request", "#/Mode"},
            {"{" + targets + ",\"mode\":null}", "invalid-purge-request", "#/mode"},
            {"{" + targets + ",\"mode\":\"HARD\"}", "invalid-purge-request", "#/mode"},
            {"{" + targets + ",\"dryRun\":\"true\"}", "invalid-purge-request", "#/dryRun"},
            {"{" + targets + ",\"dryRun\":null}", "invalid-purge-request", "#/dryRun"},
            {"{" + targets + ",\"dry-run\":true}", "invalid-purge-request", "dryRun"},
            {"{" + targets + "," + targets + "}", "malformed-json", "targets"},
            {"{\"target\":[{\"tag\":\"a\"}]}", "invalid-purge-request", "did you mean \\\"targets\\\""},
            {"{\"targets\":null}", "invalid-purge-request", "#/targets"},
            {"{\"targets\":{\"tag\":\"a\"}}", "invalid-purge-request", "#/targets"},
            {"{\"targets\":[null]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[[]]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"tag\":\"a\",\"url\":\"/b\"}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"TAG\":\"a\"}]}", "invalid-purge-request", "did you mean \\\"tag\\\""},
            {"{\"targets\":[{\"tag\":null}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"tag\":\"\"}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"tag\":1e400}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"all\":\"true\"}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"all\":1}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"group\":\"a b c\"}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"host\":\"straße.example\"}]}", "invalid-purge-request", "A-label"},
            {"{\"targets\":[{\"url\":\"" + "/".repeat(3000) + "\"}]}", "invalid-purge-request", "#/targets/0"},
            {"{\"targets\":[{\"pattern\":\"/" + "*/".repeat(9) + "\"}]}", "invalid-purge-request", "wildcards"},
            {"[".repeat(500) + "]".repeat(500), "malformed-json", "nesting"},
            {"{\"" + "n".repeat(60_000) + "\":1}", "malformed-json", "ame"},
            {"{\"targets\":" + "1".repeat(1001) + "}", "malformed-json", "#/targets"},
            {"{\"targets\":1e2147483648}", "malformed-json", "exponent"},
            {"{\"targets\":[{\"tag\":\"\\ud800\"}]}", "malformed-json", "#/targets/0"},
            {"null", "invalid-purge-request", "object"},
            {"payload=%7B%7D", "malformed-json", ""},
        };
        int before = purgesInTheLog();
        for (String[] bad : bodies) {
            assertProblem(post("/v1/sources/shop/purges", bad[0]), 400, bad[1], bad[2]);
        }
        assertThat(purgesInTheLog()).isEqualTo(before);
    }

    @Test
    void eventsThatLackATextPurgeNothing() throws Exception {
        String list = IntStream.range(0, 8000).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));
        String[][] events = {
            {"{\"type\":\"product.updated\",\"data\":{\"id\":\"\"}}", "data.id"},
            {"{\"type\":\"product.updated\",\"data\":{\"id\":12.50}}", "data.id"},
            {"{\"type\":\"product.updated\",\"data\":{\"id\":1e400}}", "data.id"},
            {"{\"type\":\"product.updated\",\"data\":{\"id\":null}}", "data.id"},
            {"{\"type\":\"product.moved\",\"data\":{\"id\":\"\"}}", "data.id"},
            {"{\"type\":\"product.moved\",\"data\":{\"id\":\"..\"}}", "data.id"},
            {"{\"type\":\"product.moved\",\"data\":{\"id\":[\"a\",\"\"]}}", "data.id"},
            {"{\"type\":\"both\",\"data\":{\"a\":" + list + ",\"b\":" + list + "}}", "64000000"},
            {"{\"type\":\"\"}", "/type"},
            {"{\"type\":null}", "/type"},
            {"{\"type\":7}", "/type"},
            {"[]", "/type"},
        };
        int before = purgesInTheLog();
        for (String[] bad : events) {
            assertProblem(post("/v1/sources/shop/events", bad[0]), 400, "invalid-event", bad[1]);
        }
        assertThat(purgesInTheLog()).isEqualTo(before);
        String slash = "{\"type\":\"product.moved\",\"data\":{\"id\":\"a/b\"}}";
        JsonNode shown = json(post("/v1/sources/shop/events/dry-run", slash));
        assertThat(shown.at("/targets/0/prefix").asString()).isEqualTo("/products/a%2Fb/");
    }

    @Test
    void queriesThatMayMeanSeveralThingsPurgeNothing() throws Exception {
        int before = purgesInTheLog();
        for (String path : List.of("/v1/sources/shop/purges", "/v1/sources/shop/events")) {
            for (String[] query : new String[][] {
                {"dryRun=true", "dry-run"},
                {"dry-run=1", "dry-run"},
                {"dry-run=true&dry%2Drun=false", "twice"},
                {"dry-run&dry-run", "twice"},
                {"mode=soft", "mode"},
                {"%64ry%2drun=TRUE", "dry-run"},
            }) {
                HttpResponse<String> refused = post(path + '?' + query[0], TAG);
                assertThat(refused.statusCode()).as(query[0]).isEqualTo(400);
                assertThat(refused.body()).contains("urn:tidemark:problem:invalid-", query[1]);
            }
        }
        HttpResponse<String> dry = post("/v1/sources/shop/purges?dry%2Drun=true", TAG);
        assertThat(dry.statusCode()).isEqualTo(200);
        assertThat(json(dry).has("regions")).isTrue();
        assertThat(purgesInTheLog()).isEqualTo(before);
        for (String limit :
                List.of("limit=", "limit=0", "limit=1001", "limit=-1", "limit=1e2", "limit=%31%30%30%30%30")) {
            assertProblem(
                    get("/v1/purges?" + limit, "Authorization", "Bearer " + OPERATOR), 400, "invalid-limit", "limit");
        }
        for (String query : List.of("limit=1&limit=2", "LIMIT=1", "limt=1")) {
            assertProblem(
                    get("/v1/purges?" + query, "Authorization", "Bearer " + OPERATOR), 400, "invalid-query", "limit");
        }
    }

    @Test
    void aBodyThatIsNotJsonIsToldWhatToSet() throws Exception {
        for (String path :
                List.of("/v1/sources/shop/purges", "/v1/sources/shop/events", "/v1/sources/shop/events/dry-run")) {
            for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=x", "Multipart/Mixed")) {
                assertProblem(unsigned(path, TAG, "Content-Type", type), 401, "webhook-unsigned", "webhook-id");
                assertProblem(post(path, TAG, "Content-Type", type), 415, "unsupported-media-type", "application/json");
            }
            assertProblem(
                    post(path, "payload=%7B%22ref%22%3A1%7D", "Content-Type", "application/x-www-form-urlencoded"),
                    415,
                    "unsupported-media-type",
                    "application/json");
        }
        for (String path : List.of("/v1/purges", "/v1/purges/x", "/v1/regions")) {
            assertThat(get(path, "Content-Type", "multipart/form-data").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void headersThatMayMeanSeveralThingsAreNotASignature() throws Exception {
        List<String> signed = Requests.signed(SECRET, "msg-" + UUID.randomUUID(), Instant.now(), TAG);
        for (int i = 0; i < signed.size(); i += 2) {
            String name = signed.get(i);
            List<String> twice = new ArrayList<>(signed);
            twice.addAll(List.of(name, signed.get(i + 1)));
            assertProblem(
                    unsigned("/v1/sources/shop/purges", TAG, twice.toArray(String[]::new)),
                    401,
                    "webhook-malformed-signature",
                    "twice");
            for (String bad : List.of("", " ", "null", "x".repeat(4000), "%00")) {
                List<String> other = new ArrayList<>(signed);
                other.set(i + 1, bad);
                HttpResponse<String> refused = unsigned("/v1/sources/shop/purges", TAG, other.toArray(String[]::new));
                assertThat(refused.statusCode()).as(name + ": " + bad).isEqualTo(401);
                assertThat(refused.body()).contains("urn:tidemark:problem:webhook-");
            }
        }
        for (String prefer : List.of("wait", "wait=", "wait=-1", "wait=99999999999", "wait=null", "x".repeat(4000))) {
            assertThat(post("/v1/sources/shop/purges", TAG, "Prefer", prefer).statusCode())
                    .as(prefer)
                    .isEqualTo(202);
        }
    }

    // --- what would be too much -------------------------------------------------------------------------------------

    @Test
    void aPurgeThatTheLogDoesNotTakeIsToldWhatFits() throws Exception {
        String tag = "{\"tag\":\"" + "t".repeat(1034) + "%03d\"}";
        String body = IntStream.range(0, 1000)
                .mapToObj(tag::formatted)
                .collect(Collectors.joining(",", "{\"targets\":[", "]}"));
        assertThat(body.length()).isBetween((1 << 20) - 2000, 1 << 20);
        HttpResponse<String> refused = post("/v1/sources/shop/purges", body);
        assertProblem(refused, 413, "purge-too-large", "at most");
        assertThat(refused.headers().firstValue("Retry-After")).isEmpty();
    }

    @Test
    void whoCannotWaitAnyMoreIsAnsweredAtOnce() throws Exception {
        HttpResponse<String> response = post("/v1/sources/shop/purges", TAG, "Prefer", "wait=30");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("Preference-Applied")).isEmpty();
    }

    @Test
    void patternsOfASourceAreCounted() throws Exception {
        String two = "{\"targets\":[{\"pattern\":\"/a/*\"},{\"pattern\":\"/b/*\"}]}";
        assertThat(post("/v1/sources/shop/purges", two).statusCode()).isEqualTo(202);
        assertProblem(post("/v1/sources/shop/purges", two), 429, "rate-limited", "patterns an hour");
        String four = IntStream.range(0, 4)
                .mapToObj(i -> "{\"pattern\":\"/" + i + "/*\"}")
                .collect(Collectors.joining(",", "{\"targets\":[", "]}"));
        assertProblem(post("/v1/sources/shop/purges", four), 400, "too-many-patterns", "4 patterns");
    }

    @Test
    void bodiesThatNeverEndTakeNoMoreMemoryThanTheyMayAndNoMoreTimeAndNoneFromOtherSources() throws Exception {
        byte[] part = new byte[(1 << 20) - 1];
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 24; i++) {
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(), uri(service, "/").getPort());
                socket.setSoTimeout(60_000);
                sockets.add(socket);
                Thread.startVirtualThread(() -> send(socket, part));
            }
            eventually("they have what they may", () -> bodyBytes() >= 5 << 20);
            assertProblem(post("/v1/sources/other/purges", "x".repeat(800_000)), 400, "malformed-json", "");
            List<String> answers = new ArrayList<>();
            for (Socket socket : sockets) {
                answers.add(new String(socket.getInputStream().readNBytes(12), ISO_8859_1));
                assertThat(bodyBytes()).isLessThanOrEqualTo(8 << 20); // half of all, one source alone
            }
            assertThat(answers).allMatch(answer -> answer.equals("HTTP/1.1 503") || answer.equals("HTTP/1.1 408"));
            assertThat(answers).contains("HTTP/1.1 503", "HTTP/1.1 408");
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        eventually("all of it is given back", () -> bodyBytes() == 0);
        assertThat(post("/v1/sources/shop/purges", TAG).statusCode()).isEqualTo(202);
    }

    /** Headers that look signed, and all of the body but its end. */
    private static void send(Socket socket, byte[] part) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/sources/shop/purges HTTP/1.1\r\nHost: x\r\nwebhook-id: x\r\nwebhook-timestamp: "
                            + Instant.now().getEpochSecond() + "\r\nwebhook-signature: v1,AAAA\r\nContent-Length: "
                            + (part.length + 1) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            out.write(part);
            out.flush();
        } catch (IOException refusedMeanwhile) {
            // its answer says so
        }
    }

    private static double bodyBytes() {
        return service.getBean(MeterRegistry.class)
                .get("tidemark.webhooks.body.bytes")
                .gauge()
                .value();
    }

    @Test
    void itIsLiveWhileTheThreadsThatTakeConnectionsLive() {
        assertThat(service.getBean("acceptors", HealthIndicator.class).health()).satisfies(health -> {
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat((Integer) health.getDetails().get("watched")).isGreaterThanOrEqualTo(2);
        });
    }

    @Test
    void anUnsignedRequestIsRefusedBeforeItsBodyIsRead() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), uri(service, "/").getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write("POST /v1/sources/shop/purges HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
                            .getBytes(UTF_8));
            long start = System.nanoTime();
            assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
                    .isEqualTo("HTTP/1.1 401");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(2900));
        }
    }

    /** Written by hand: what no client's library sends. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/purges/%2F HTTP/1.1|Host: x||",
                "GET /v1/purges/%00 HTTP/1.1|Host: x||",
                "GET /v1/purges/%zz HTTP/1.1|Host: x||",
                "GET /v1/purges/%C3%28 HTTP/1.1|Host: x||",
                "GET /v1/purges/a;b=c HTTP/1.1|Host: x||",
                "GET /v1/purges/%5C..%5C HTTP/1.1|Host: x||",
                "GET /v1/../v1/purges HTTP/1.1|Host: x||",
                "GET //v1//purges HTTP/1.1|Host: x||",
                "GET /v1/purges/ HTTP/1.1|Host: x||",
                "GET /V1/PURGES HTTP/1.1|Host: x||",
                "GET /v1/purges HTTP/1.1|Host: x|Host: y||",
                "GET /v1/purges HTTP/1.1||",
                "GET /v1/purges?a[b]=c HTTP/1.1|Host: x||",
                "GET /v1/purges?\"<> HTTP/1.1|Host: x||",
                "GET http://x/v1/purges HTTP/1.1|Host: x||",
                "GET /v1/purges HTTP/1.0||",
                "GET /v1/purges HTTP/1.1|Host: x|Content-Length: 3|Content-Length: 4||abcd",
                "GET /v1/purges HTTP/1.1|Host: x|Content-Type: multipart/form-data|Content-Length: 1||a",
                "TRACE /v1/purges HTTP/1.1|Host: x||",
                "FOO /v1/purges HTTP/1.1|Host: x||",
                "HEAD /v1/regions HTTP/1.1|Host: x||",
                "PUT /v1/sources/shop/purges HTTP/1.1|Host: x|Content-Length: 0||",
                "POST /v1/sources/shop/purges HTTP/1.1|Host: x|Expect: 100-continue|Content-Length: 9||",
                "POST /v1/sources/shop/purges HTTP/1.1|Host: x|Expect: nothing|Content-Length: 0||",
                "POST /v1/sources/shop/purges HTTP/1.1|Host: x|Transfer-Encoding: chunked||zz|",
                "POST /v1/sources/shop/purges HTTP/1.1|Host: x|Transfer-Encoding: gzip||",
                "POST /v1/sources/shop/purges HTTP/1.1|Host: x|Transfer-Encoding: chunked|Content-Length: 3||0||",
                "POST /v1/sources/shop/purges HTTP/1.1|Host: x|Content-Type: nonsense|Content-Length: 0||",
                "POST /v1/sources/shop/purges HTTP/1.1|Host: x|Content-Encoding: gzip|Content-Length: 0||",
                "POST /v1/sources/%73hop/purges HTTP/1.1|Host: x|Content-Length: 0||",
                "POST /v1/sources/%0d%0ashop/purges HTTP/1.1|Host: x|Content-Length: 0||",
                "POST /v1/sources//purges HTTP/1.1|Host: x|Content-Length: 0||",
                "POST /v1/sources/shop/purges?dry-run HTTP/1.1|Host: x|Content-Length: 0||",
                "POST /v1/sources/shop/purges?%dry HTTP/1.1|Host: x|Content-Length: 0||",
            })
    void whatIsNoOrdinaryRequestIsRefusedAsOne(String request) throws Exception {
        String answer = raw(request.replace("|", "\r\n"));
        assertThat(answer).containsPattern("^HTTP/1.1 (4..|501) ").doesNotContain("<html", "Exception", "at org.");
        assertThat(answer)
                .as("all but those that have no content")
                .containsAnyOf("application/problem+json", "405", "501");
    }

    /** What comes until the other side closes, or has nothing more to say. */
    private static String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), uri(service, "/").getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    break;
                }
                head.append((char) octet);
            }
            return head.append(new String(in.readNBytes(in.available()), ISO_8859_1))
                    .toString();
        }
    }

    // --- the tools of these tests -----------------------------------------------------------------------------------

    private static HttpResponse<String> post(String path, String body, String... more) throws Exception {
        List<String> headers =
                new ArrayList<>(Requests.signed(SECRET, "msg-" + UUID.randomUUID(), Instant.now(), body));
        headers.addAll(List.of(more));
        return unsigned(path, body, headers.toArray(String[]::new));
    }

    private static HttpResponse<String> unsigned(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(service, path)).POST(HttpRequest.BodyPublishers.ofString(body));
        return CLIENT.send(request.headers(headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(service, path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int purgesInTheLog() {
        return (int) service.getBean(PurgeLog.class).end(Duration.ofSeconds(30)).offset();
    }
}
