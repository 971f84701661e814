package io.tidemark.invalidation;

import static io.tidemark.invalidation.GuardedService.OPERATOR;
import static io.tidemark.invalidation.GuardedService.SECRET;
import static io.tidemark.invalidation.GuardedService.SHOP;
import static io.tidemark.invalidation.GuardedService.TAG;
import static io.tidemark.invalidation.Requests.assertProblem;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.uri;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Requests that may mean several things. */
class DoubtfulRequestsTest {
    private final GuardedService service = GuardedService.get();

    @Test
    void receiptsAreReadWithATokenASourcesOwnByItsOwn() throws Exception {
        String path = json(service.post("/v1/sources/shop/purges", TAG))
                .path("status")
                .asString();
        for (String all : List.of(path, "/v1/purges", "/v1/purges?limit=5", "/v1/regions")) {
            assertProblem(service.get(all), 401, "unauthorized", "Authorization");
            assertProblem(service.get(all, "Authorization", "Bearer wrong"), 401, "unauthorized", "no token");
            assertThat(service.get(all, "Authorization", "Bearer " + OPERATOR).statusCode())
                    .isEqualTo(200);
        }
        assertThat(service.get(path, "Authorization", "bearer " + SHOP).statusCode())
                .isEqualTo(200);
        assertProblem(service.get("/v1/regions", "Authorization", "Bearer " + SHOP), 403, "operators-only", "source");
        String others = json(service.post("/v1/sources/other/purges", TAG))
                .path("status")
                .asString();
        assertProblem(service.get(others, "Authorization", "Bearer " + SHOP), 404, "unknown-purge", "");
        JsonNode own = json(service.get("/v1/purges?limit=1000", "Authorization", "Bearer " + SHOP))
                .path("purges");
        assertThat(own.valueStream().map(p -> p.path("source").asString()))
                .isNotEmpty()
                .containsOnly("shop");
    }

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
        int before = service.purgesInTheLog();
        for (String[] bad : bodies) {
            assertProblem(service.post("/v1/sources/shop/purges", bad[0]), 400, bad[1], bad[2]);
        }
        assertThat(service.purgesInTheLog()).isEqualTo(before);
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
        int before = service.purgesInTheLog();
        for (String[] bad : events) {
            assertProblem(service.post("/v1/sources/shop/events", bad[0]), 400, "invalid-event", bad[1]);
        }
        assertThat(service.purgesInTheLog()).isEqualTo(before);
        String slash = "{\"type\":\"product.moved\",\"data\":{\"id\":\"a/b\"}}";
        JsonNode shown = json(service.post("/v1/sources/shop/events/dry-run", slash));
        assertThat(shown.at("/targets/0/prefix").asString()).isEqualTo("/products/a%2Fb/");
    }

    @Test
    void queriesThatMayMeanSeveralThingsPurgeNothing() throws Exception {
        int before = service.purgesInTheLog();
        for (String path : List.of("/v1/sources/shop/purges", "/v1/sources/shop/events")) {
            for (String[] query : new String[][] {
                {"dryRun=true", "dry-run"},
                {"dry-run=1", "dry-run"},
                {"dry-run=true&dry%2Drun=false", "twice"},
                {"dry-run&dry-run", "twice"},
                {"mode=soft", "mode"},
                {"%64ry%2drun=TRUE", "dry-run"},
            }) {
                HttpResponse<String> refused = service.post(path + '?' + query[0], TAG);
                assertThat(refused.statusCode()).as(query[0]).isEqualTo(400);
                assertThat(refused.body()).contains("urn:tidemark:problem:invalid-", query[1]);
            }
        }
        HttpResponse<String> dry = service.post("/v1/sources/shop/purges?dry%2Drun=true", TAG);
        assertThat(dry.statusCode()).isEqualTo(200);
        assertThat(json(dry).has("regions")).isTrue();
        assertThat(service.purgesInTheLog()).isEqualTo(before);
        for (String limit :
                List.of("limit=", "limit=0", "limit=1001", "limit=-1", "limit=1e2", "limit=%31%30%30%30%30")) {
            assertProblem(
                    service.get("/v1/purges?" + limit, "Authorization", "Bearer " + OPERATOR),
                    400,
                    "invalid-limit",
                    "limit");
        }
        for (String query : List.of("limit=1&limit=2", "LIMIT=1", "limt=1")) {
            assertProblem(
                    service.get("/v1/purges?" + query, "Authorization", "Bearer " + OPERATOR),
                    400,
                    "invalid-query",
                    "limit");
        }
    }

    @Test
    void aBodyThatIsNotJsonIsToldWhatToSet() throws Exception {
        for (String path :
                List.of("/v1/sources/shop/purges", "/v1/sources/shop/events", "/v1/sources/shop/events/dry-run")) {
            for (String type : List.of("multipart/form-data", "multipart/form-data; boundary=x", "Multipart/Mixed")) {
                assertProblem(service.unsigned(path, TAG, "Content-Type", type), 401, "webhook-unsigned", "webhook-id");
                assertProblem(
                        service.post(path, TAG, "Content-Type", type),
                        415,
                        "unsupported-media-type",
                        "application/json");
            }
            assertProblem(
                    service.post(
                            path, "payload=%7B%22ref%22%3A1%7D", "Content-Type", "application/x-www-form-urlencoded"),
                    415,
                    "unsupported-media-type",
                    "application/json");
        }
        for (String path : List.of("/v1/purges", "/v1/purges/x", "/v1/regions")) {
            assertThat(service.get(path, "Content-Type", "multipart/form-data").statusCode())
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
                    service.unsigned("/v1/sources/shop/purges", TAG, twice.toArray(String[]::new)),
                    401,
                    "webhook-malformed-signature",
                    "twice");
            for (String bad : List.of("", " ", "null", "x".repeat(4000), "%00")) {
                List<String> other = new ArrayList<>(signed);
                other.set(i + 1, bad);
                HttpResponse<String> refused =
                        service.unsigned("/v1/sources/shop/purges", TAG, other.toArray(String[]::new));
                assertThat(refused.statusCode()).as(name + ": " + bad).isEqualTo(401);
                assertThat(refused.body()).contains("urn:tidemark:problem:webhook-");
            }
        }
        for (String prefer : List.of("wait", "wait=", "wait=-1", "wait=99999999999", "wait=null", "x".repeat(4000))) {
            assertThat(service.post("/v1/sources/shop/purges", TAG, "Prefer", prefer)
                            .statusCode())
                    .as(prefer)
                    .isEqualTo(202);
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
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), uri(service.context, "/").getPort())) {
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
}
