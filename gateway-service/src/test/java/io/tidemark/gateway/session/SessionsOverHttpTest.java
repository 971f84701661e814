package io.tidemark.gateway.session;

import static io.tidemark.gateway.session.StateClient.bearer;
import static io.tidemark.gateway.session.StateClient.begin;
import static io.tidemark.gateway.session.StateClient.send;
import static io.tidemark.gateway.session.StateClient.tokenOf;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.Http2Client;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import io.tidemark.state.keys.DataKeys;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.token.SessionToken;
import io.tidemark.state.token.SessionTokens;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sessions as clients see them, through gateways of two regions.
 *
 * <p>One class, as one start of three gateways serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionsOverHttpTest {
    private static final String CART = "/edge/session/state/cart";

    private final StateRegions regions = new StateRegions();
    private final int eu1 = StateRegions.port(regions.eu1);
    private final int eu2 = StateRegions.port(regions.eu2);
    private final int us1 = StateRegions.port(regions.us1);

    @AfterAll
    void stop() {
        regions.close();
    }

    private static String etag(HttpResponse<String> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    private static void refused(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains("urn:").contains(":" + type + '"');
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void aSessionIsMadeAndShownAndEnded() throws Exception {
        HttpResponse<String> made = send(eu1, "POST", "/edge/session", "");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).matches("\\{\"id\":\"[\\w-]{22}\",\"home\":\"eu\",\"expiresAt\":\"[^\"]+Z\"}");
        assertThat(made.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("tidemark-session=v1.t1.")
                .contains("; Path=/", "; Max-Age=43200", "; HttpOnly", "; SameSite=Lax")
                .doesNotContain("Secure", "Domain");
        String cookie = StateClient.cookie(made).orElseThrow();
        for (int port : new int[] {eu1, eu2, us1}) {
            HttpResponse<String> shown = send(port, "GET", "/edge/session", "", "Cookie", cookie);
            assertThat(shown.statusCode()).isEqualTo(200);
            assertThat(shown.body()).contains(made.body().substring(1, 40));
            assertThat(send(port, "GET", "/edge/session", "", "Authorization", "Bearer " + tokenOf(cookie))
                            .statusCode())
                    .isEqualTo(200);
        }
        HttpResponse<String> ended = send(us1, "DELETE", "/edge/session", "", "Cookie", cookie);
        assertThat(ended.statusCode()).as(ended.body()).isEqualTo(204);
        assertThat(ended.headers().firstValue("Set-Cookie").orElseThrow()).contains("tidemark-session=;", "Max-Age=0");
        for (int port : new int[] {eu1, eu2, us1}) {
            HttpResponse<String> gone = send(port, "GET", "/edge/session", "", "Cookie", cookie);
            refused(gone, 401, "session-invalid");
            assertThat(gone.body()).contains("\"reason\":\"revoked\"");
        }
    }

    @Test
    void withTlsTheCookieIsForItsHostAlone() throws Exception {
        GatewayUnderTest gateway = regions.another("eu-3", regions.redisEu, "--tidemark.state.secure-cookie=true");
        HttpResponse<String> made = send(StateRegions.port(gateway), "POST", "/edge/session", "");
        assertThat(made.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("__Host-tidemark-session=v1.")
                .contains("; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax")
                .doesNotContain("Domain");
    }

    @Test
    void aBadTokenIsToldFromNoneAndAsksRedisNothing() throws Exception {
        String cookie = begin(eu1);
        Instant old = Instant.now().minus(Duration.ofHours(13));
        String expired = new SessionTokens(KeySet.parse("p", List.of(StateRegions.KEY)), Duration.ofHours(12))
                .sign(new SessionToken("AAECAwQFBgcICQoLDA0ODw", "eu", old));
        try (var seen = new SeenCommands(regions.redisEu)) {
            HttpResponse<String> none = send(eu1, "GET", "/edge/session", "");
            refused(none, 401, "session-required");
            assertThat(none.headers().firstValue("WWW-Authenticate")).isPresent();
            record Case(String cookie, String reason) {}
            for (Case bad : List.of(
                    new Case(cookie.substring(0, cookie.length() - 1), "truncated"),
                    new Case(cookie.substring(0, cookie.length() - 1) + '!', "forged"),
                    new Case("tidemark-session=other", "forged"),
                    new Case(cookie + "; " + cookie, "forged"),
                    new Case("tidemark-session=" + expired, "expired"))) {
                for (String path : new String[] {"/edge/session", CART}) {
                    HttpResponse<String> answer = send(eu1, "GET", path, "", "Cookie", bad.cookie);
                    refused(answer, 401, "session-invalid");
                    assertThat(answer.body()).contains("\"reason\":\"" + bad.reason + '"');
                }
            }
            assertThat(seen.about("tidemark:session")).isEmpty();
            send(eu1, "GET", "/edge/session", "", "Cookie", cookie);
            assertThat(seen.about("tidemark:session"))
                    .as("what is asked is seen")
                    .isNotEmpty();
        }
    }

    /** Byte by byte: what is refused before the filters, and what they refuse. */
    @Test
    void aBadTokenIsRefusedAlikeAtTheDoorAndByTheFilters() throws Exception {
        String forged = begin(eu2).replace(".eu.", ".us.");
        String bearer = "Authorization: Bearer v1.k1.AAAA.eu.1.short";
        List<String> requests = List.of(
                "GET /edge/session HTTP/1.1\r\nCookie: " + forged,
                "GET /edge/session/state/cart HTTP/1.1\r\nCookie: a=b; " + forged + "; c=d",
                "GET /edge/session/state/cart HTTP/1.1\r\nConnection: keep-alive\r\nCookie: " + forged,
                "GET /edge/session/state/cart HTTP/1.1\r\nConnection: x\r\nCookie: " + forged,
                "DELETE /edge/session HTTP/1.1\r\nX-Forwarded-For: 1.2.3.4\r\n" + bearer,
                "DELETE /edge/session/state/cart HTTP/1.1\r\nIf-Match: *\r\n" + bearer,
                "GET /edge/session/state/cart HTTP/1.1\r\nCookie: " + forged + "\r\nAuthorization: Basic eDp5",
                "GET /edge/session/state/a%62 HTTP/1.1\r\nCookie: " + forged,
                "GET /edge/session/checkouts/1 HTTP/1.1\r\nCookie: " + forged,
                "PUT /edge/session/state/cart HTTP/1.1\r\nContent-Length: 2\r\nCookie: " + forged,
                "PATCH /edge/session HTTP/1.1\r\nCookie: " + forged,
                "GET /edge/session HTTP/1.1\r\nX-Of: none");
        List<Integer> early = List.of(2, 2, 2, 0, 2, 2, 0, 0, 0, 0, 0, 0);
        try (RegularClient client = new RegularClient(eu2)) {
            client.answer("GET /edge/session HTTP/1.1\r\nCookie: " + forged, "learnt.example");
            for (int n = 0; n < requests.size(); n++) {
                String filters = client.answer(requests.get(n), "other-" + n + ".example");
                double before = refusedEarly();
                for (int again = 0; again < 2; again++) {
                    assertThat(client.answer(requests.get(n), "learnt.example"))
                            .as(requests.get(n))
                            .isEqualTo(filters);
                }
                assertThat(refusedEarly() - before)
                        .as(requests.get(n))
                        .isEqualTo(early.get(n).doubleValue());
            }
        }
        refused(send(eu2, "GET", CART, "", "Cookie", forged), 401, "session-invalid");
        String good = begin(eu2);
        assertThat(send(eu2, "GET", "/edge/session", "", "Cookie", good).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBadTokenIsRefusedAtTheDoorOverHttp2Too() throws Exception {
        String[] forged = {"cookie", begin(eu2).replace(".eu.", ".us.")};
        try (Http2Client client = new Http2Client(eu2)) {
            Http2Client.Response filters = client.send("GET", CART, "learnt-by-http2.example", forged);
            double before = refusedEarly();
            Http2Client.Response early = client.send("GET", CART, "learnt-by-http2.example", forged);
            assertThat(refusedEarly() - before).isEqualTo(1);
            assertThat(early).isEqualTo(filters);
            assertThat(early.status()).isEqualTo(401);
            assertThat(early.body()).contains("\"reason\":\"forged\"");
            assertThat(client.send("GET", CART, "learnt-by-http2.example", "cookie", begin(eu2))
                            .status())
                    .as("the next one on the same connection")
                    .isEqualTo(404);
        }
    }

    private double refusedEarly() {
        return regions.eu2
                .bean(MeterRegistry.class)
                .get("tidemark.sessions.refused.early")
                .counter()
                .count();
    }

    /** One connection, one request after the other, all with one id. */
    private static final class RegularClient implements AutoCloseable {
        private final Socket socket;

        RegularClient(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(60_000);
        }

        /** The whole answer. */
        String answer(String head, String host) throws IOException {
            String body = head.contains("Content-Length: 2") ? "{}" : "";
            String request = head + "\r\nHost: " + host + "\r\nX-Request-Id: one-id-for-all-of-them-1\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            StringBuilder text = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (text.indexOf("\r\n\r\n") < 0) {
                text.append((char) in.read());
            }
            Matcher length = Pattern.compile("(?i)content-length: (\\d+)").matcher(text);
            assertThat(length.find()).as(text.toString()).isTrue();
            return text + new String(in.readNBytes(Integer.parseInt(length.group(1))), ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void anEntryIsWrittenByItsVersion() throws Exception {
        String cookie = begin(eu1);
        for (int port : new int[] {eu1, us1}) {
            refused(send(port, "GET", CART, "", "Cookie", cookie), 404, "no-such-entry");
            refused(send(port, "PUT", CART, "{}", "Cookie", cookie), 428, "precondition-required");
            refused(send(port, "DELETE", CART, "", "Cookie", cookie), 428, "precondition-required");
            refused(send(port, "PUT", CART, "{}", "Cookie", cookie, "If-Match", "\"x\""), 412, "precondition-failed");
            HttpResponse<String> made = send(port, "PUT", CART, "{\"n\":1.50}", "Cookie", cookie, "If-None-Match", "*");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
            HttpResponse<String> again = send(port, "PUT", CART, "{}", "Cookie", cookie, "If-None-Match", "*");
            refused(again, 412, "precondition-failed");
            assertThat(etag(again)).isEqualTo(etag(made));
            HttpResponse<String> read = send(eu2, "GET", CART, "", "Cookie", cookie);
            assertThat(read.body()).isEqualTo("{\"n\":1.50}");
            assertThat(etag(read)).isEqualTo(etag(made)).matches("\"[\\w-]{16}\"");
            assertThat(read.headers().firstValue("Content-Type")).hasValue("application/json");
            assertThat(send(port, "GET", CART, "", "Cookie", cookie, "If-None-Match", "W/" + etag(made))
                            .statusCode())
                    .isEqualTo(304);
            HttpResponse<String> second =
                    send(port, "PUT", CART, "[2]", "Cookie", cookie, "If-Match", "\"x\", " + etag(made));
            assertThat(second.statusCode()).isEqualTo(204);
            HttpResponse<String> late = send(port, "PUT", CART, "[3]", "Cookie", cookie, "If-Match", etag(made));
            refused(late, 412, "precondition-failed");
            assertThat(etag(late)).isEqualTo(etag(second));
            refused(
                    send(port, "PUT", CART, "[3]", "Cookie", cookie, "If-Match", "W/" + etag(second)),
                    412,
                    "precondition-failed");
            assertThat(send(port, "PUT", CART, "[4]", "Cookie", cookie, "If-Match", "*")
                            .statusCode())
                    .isEqualTo(204);
            assertThat(send(port, "HEAD", CART, "", "Cookie", cookie).headers().firstValue("Content-Length"))
                    .hasValue("3");
            assertThat(send(port, "DELETE", CART, "", "Cookie", cookie, "If-Match", "*")
                            .statusCode())
                    .isEqualTo(204);
            refused(send(port, "DELETE", CART, "", "Cookie", cookie, "If-Match", "*"), 404, "no-such-entry");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%20", "a%2Fb", "caf%C3%A9", "a/b", "", "a%7Bb"})
    void aNameThatIsNoneIsRefused(String name) throws Exception {
        String cookie = begin(eu1);
        HttpResponse<String> answer =
                send(eu1, "PUT", "/edge/session/state/" + name, "{}", "Cookie", cookie, "If-None-Match", "*");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"a\":2}|application/json|400|malformed-json",
                "{|application/json|400|malformed-json",
                "{} {}|application/json|400|malformed-json",
                "{}|text/plain|415|unsupported-media-type",
                "{}|x|415|unsupported-media-type"
            })
    void whatIsNoJsonIsRefused(String body, String type, int status, String problem) throws Exception {
        String cookie = begin(eu1);
        for (int port : new int[] {eu1, us1}) {
            refused(
                    send(port, "PUT", CART, body, "Content-Type", type, "Cookie", cookie, "If-None-Match", "*"),
                    status,
                    problem);
        }
        refused(send(eu1, "GET", CART, "", "Cookie", cookie), 404, "no-such-entry");
    }

    @Test
    void anEntryHas64KiBAtMost() throws Exception {
        String cookie = begin(eu1);
        String most = '"' + "x".repeat(64 * 1024 - 2) + '"';
        for (int port : new int[] {eu1, us1}) {
            refused(
                    send(port, "PUT", CART, most + ' ', "Cookie", cookie, "If-None-Match", "*"),
                    413,
                    "entry-too-large");
        }
        assertThat(send(us1, "PUT", CART, most, "Cookie", cookie, "If-None-Match", "*")
                        .statusCode())
                .isEqualTo(201);
        assertThat(send(eu2, "GET", CART, "", "Cookie", cookie).body()).isEqualTo(most);
    }

    @Test
    void anEntryTooManyIsRefused() throws Exception {
        String cookie = begin(eu1);
        for (int i = 0; i < 32; i++) {
            send(eu1, "PUT", "/edge/session/state/e" + i, "1", "Cookie", cookie, "If-None-Match", "*");
        }
        refused(send(eu1, "PUT", CART, "1", "Cookie", cookie, "If-None-Match", "*"), 507, "too-many-entries");
    }

    @Test
    void otherPathsAndMethodsAreNone() throws Exception {
        String cookie = begin(eu1);
        refused(send(eu1, "GET", "/edge/session/other", "", "Cookie", cookie), 404, "not-found");
        HttpResponse<String> patched = send(eu1, "PATCH", CART, "{}", "Cookie", cookie);
        refused(patched, 405, "method-not-allowed");
        assertThat(patched.headers().firstValue("Allow")).hasValue("GET, HEAD, PUT, DELETE");
        refused(send(eu1, "GET", "/edge/sessions", "", "Cookie", cookie), 405, "method-not-allowed");
    }

    @Test
    void aSessionHasTheUserOfItsBearerToken() throws Exception {
        String cookie = begin(eu1, "Authorization", StateClient.bearer("ann"));
        String other = begin(eu2, "Authorization", StateClient.bearer("ann"));
        String bobs = begin(eu2, "Authorization", StateClient.bearer("bob"));
        assertThat(send(us1, "GET", "/edge/session", "", "Cookie", cookie).body())
                .contains("\"user\":\"ann\"");
        refused(send(eu1, "POST", "/edge/session", "", "Authorization", "Bearer x.y.z"), 401, "invalid-token");
        refused(send(eu1, "POST", "/edge/session", "", "Authorization", "Basic eA=="), 401, "invalid-token");
        refused(
                send(eu1, "POST", "/edge/session", "", "Authorization", StateClient.bearer("a\nb")),
                401,
                "invalid-token");
        assertThat(send(eu1, "DELETE", "/edge/sessions", "", "Cookie", cookie).statusCode())
                .isEqualTo(204);
        refused(send(eu1, "GET", "/edge/session", "", "Cookie", other), 401, "session-invalid");
        assertThat(send(eu1, "GET", "/edge/session", "", "Cookie", bobs).statusCode())
                .isEqualTo(200);
    }

    @Test
    void whenTheHomeIsAwayNothingIsDoneElsewhere() throws Exception {
        SessionTokens tokens = new SessionTokens(KeySet.parse("p", List.of(StateRegions.KEY)), Duration.ofHours(12));
        String away = tokens.sign(new SessionToken("AAECAwQFBgcICQoLDA0ODw", "ap", Instant.now()));
        for (String method : new String[] {"GET", "PUT", "DELETE"}) {
            HttpResponse<String> answer = send(
                    us1,
                    method,
                    CART,
                    method.equals("PUT") ? "{}" : "",
                    "Authorization",
                    "Bearer " + away,
                    "If-Match",
                    "*");
            refused(answer, 503, "home-away");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
        String unknown = tokens.sign(new SessionToken("AAECAwQFBgcICQoLDA0ODw", "mars", Instant.now()));
        refused(send(us1, "GET", CART, "", "Authorization", "Bearer " + unknown), 503, "home-unknown");
        HomeMark others = new HomeMark(KeySet.parse("p", List.of(StateRegions.KEY)), "eu");
        String passed = others.of("mars", "GET", CART);
        refused(
                send(us1, "GET", CART, "", "Authorization", "Bearer " + unknown, "Edge-Home", passed),
                508,
                "home-elsewhere");
        for (String forged : new String[] {"mars", passed.replace("mars", "venus"), others.of("mars", "PUT", CART)}) {
            refused(
                    send(us1, "GET", CART, "", "Authorization", "Bearer " + unknown, "Edge-Home", forged),
                    503,
                    "home-unknown");
        }
    }

    /** By hand with 10,000: {@code -Dsessions.increments=10000}. */
    @Test
    void manyWritersThroughTwoGatewaysLoseNoUpdate() throws Exception {
        int writers = 64;
        int increments = Integer.getInteger("sessions.increments", 128);
        String cookie = begin(eu1);
        send(eu1, "PUT", CART, "0", "Cookie", cookie, "If-None-Match", "*");
        AtomicInteger left = new AtomicInteger(increments);
        AtomicInteger retries = new AtomicInteger();
        atOnce(writers, writer -> {
            while (left.getAndDecrement() > 0) {
                while (!increment(writer % 2 == 0 ? eu1 : eu2, cookie)) {
                    retries.incrementAndGet();
                }
            }
        });
        assertThat(send(eu1, "GET", CART, "", "Cookie", cookie).body()).isEqualTo(Integer.toString(increments));
        assertThat(retries).as("they did meet").hasPositiveValue();
    }

    private static boolean increment(int port, String cookie) throws IOException, InterruptedException {
        HttpResponse<String> read = send(port, "GET", CART, "", "Cookie", cookie);
        String next = Integer.toString(Integer.parseInt(read.body()) + 1);
        HttpResponse<String> written = send(port, "PUT", CART, next, "Cookie", cookie, "If-Match", etag(read));
        assertThat(written.statusCode()).isIn(204, 412);
        return written.statusCode() == 204;
    }

    @Test
    void loggedOutWhileManyWriteItStaysSo() throws Exception {
        String cookie = begin(eu1);
        AtomicInteger written = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        atOnce(51, client -> {
            int[] ports = {eu1, eu2, us1};
            if (client == 50) {
                while (written.get() < 100) {
                    Thread.onSpinWait();
                }
                assertThat(send(us1, "DELETE", "/edge/session", "", "Cookie", cookie)
                                .statusCode())
                        .isEqualTo(204);
                return;
            }
            String path = "/edge/session/state/e" + client % 8;
            for (int status = 0; status != 401; ) {
                HttpResponse<String> now = send(ports[client % 3], "GET", path, "", "Cookie", cookie);
                String[] condition = now.headers()
                        .firstValue("ETag")
                        .map(tag -> new String[] {"If-Match", tag})
                        .orElse(new String[] {"If-None-Match", "*"});
                status = send(ports[client % 3], "PUT", path, "1", "Cookie", cookie, condition[0], condition[1])
                        .statusCode();
                assertThat(status).isIn(201, 204, 412, 401);
                (status == 401 ? refused : written).incrementAndGet();
            }
        });
        assertThat(refused).hasValue(50);
        for (int port : new int[] {eu1, eu2, us1}) {
            refused(send(port, "GET", "/edge/session/state/e0", "", "Cookie", cookie), 401, "session-invalid");
        }
    }

    /** What one of several clients does. */
    @FunctionalInterface
    private interface Client {
        void run(int number) throws IOException, InterruptedException;
    }

    private static void atOnce(int count, Client client) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                int number = n;
                running.add(clients.submit(() -> {
                    client.run(number);
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(5, TimeUnit.MINUTES);
            }
        }
    }

    @Test
    void whenRedisIsAwayNobodyIsToldOtherwise() throws Exception {
        Redis redis = Redis.create(BackendOptions.named("redis-goes").withMode(BackendMode.EMBEDDED));
        redis.start();
        int port = StateRegions.port(regions.another("eu-4", redis, "--tidemark.state.redis-timeout=300ms"));
        String cookie = begin(port);
        redis.close();
        for (String method : new String[] {"GET", "PUT", "DELETE"}) {
            HttpResponse<String> answer =
                    send(port, method, CART, method.equals("PUT") ? "{}" : "", "Cookie", cookie, "If-Match", "*");
            refused(answer, 503, "state-unavailable");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
        refused(send(port, "POST", "/edge/session", ""), 503, "state-unavailable");
        refused(send(port, "GET", "/edge/session", "", "Cookie", "tidemark-session=x"), 401, "session-invalid");
    }

    @Test
    void whatWasReadLatelyIsShownAsUnverifiedWhereThatIsWanted() throws Exception {
        Redis redis = Redis.create(BackendOptions.named("redis-goes-too").withMode(BackendMode.EMBEDDED));
        redis.start();
        GatewayUnderTest gateway =
                regions.another("eu-5", redis, "--tidemark.state.redis-timeout=5s", "--tidemark.state.stale-reads=10m");
        int port = StateRegions.port(gateway);
        String cookie = begin(port, "Authorization", bearer("gil"));
        String out = begin(port, "Authorization", bearer("hal"));
        for (String one : new String[] {cookie, out}) {
            for (String name : new String[] {"cart", "form", "unread"}) {
                send(port, "PUT", "/edge/session/state/" + name, "1", "Cookie", one, "If-None-Match", "*");
            }
            for (String name : new String[] {"cart", "form"}) {
                HttpResponse<String> read = send(port, "GET", "/edge/session/state/" + name, "", "Cookie", one);
                assertThat(read.statusCode()).isEqualTo(200);
                assertThat(read.headers().firstValue("Edge-Staleness")).isEmpty();
            }
        }
        String tag = etag(send(port, "GET", CART, "", "Cookie", cookie));
        assertThat(send(port, "DELETE", "/edge/session", "", "Cookie", out).statusCode())
                .isEqualTo(204);
        redis.close();
        HttpResponse<String> stale = send(port, "GET", CART, "", "Cookie", cookie);
        assertThat(stale.statusCode()).as(stale.body()).isEqualTo(200);
        assertThat(stale.body()).isEqualTo("1");
        assertThat(etag(stale)).isEqualTo(tag);
        assertThat(stale.headers().firstValue("Edge-Staleness")).hasValue("unverified");
        assertThat(stale.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(send(port, "GET", CART, "", "Cookie", cookie, "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
        refused(send(port, "GET", CART, "", "Cookie", out), 503, "state-unavailable");
        refused(
                send(port, "GET", "/edge/session/state/unread", "", "Cookie", cookie),
                503,
                "state-unavailable"); // never read, only written
        refused(send(port, "GET", "/edge/session", "", "Cookie", cookie), 503, "state-unavailable");
        refused(send(port, "PUT", CART, "2", "Cookie", cookie, "If-Match", tag), 503, "state-unavailable");
        refused(
                send(port, "GET", CART, "", "Cookie", cookie),
                503,
                "state-unavailable"); // nobody knows whether it was written
        gateway.bean(DataKeys.class).forgetAll();
        refused(send(port, "GET", "/edge/session/state/form", "", "Cookie", cookie), 503, "state-unavailable");
    }

    /** Idle time and the absolute end go by the clock of Redis; a token's own end by the gateway's, so it moves by no more than that. */
    @Test
    void aGatewayWhoseClockIsWrongEndsNoSessionAndKeepsNoneAlive() throws Exception {
        for (Duration wrong : List.of(Duration.ofMinutes(40), Duration.ofMinutes(-40))) {
            int odd = StateRegions.port(regions.withClock(
                    "eu-of-" + wrong.toMinutes(), () -> Instant.now().plus(wrong)));
            String cookie = begin(eu1);
            assertThat(send(odd, "PUT", CART, "1", "Cookie", cookie, "If-None-Match", "*")
                            .statusCode())
                    .as("more than the time that it may go unused")
                    .isEqualTo(201);
            assertThat(send(eu1, "GET", CART, "", "Cookie", cookie).statusCode())
                    .isEqualTo(200);
            HttpResponse<String> made = send(odd, "POST", "/edge/session", "");
            assertThat(made.statusCode()).isEqualTo(201);
            assertThat(send(
                                    eu1,
                                    "GET",
                                    "/edge/session",
                                    "",
                                    "Cookie",
                                    StateClient.cookie(made).orElseThrow())
                            .statusCode())
                    .isEqualTo(200);
            Matcher expires = Pattern.compile("\"expiresAt\":\"([^\"]+)\"").matcher(made.body());
            assertThat(expires.find()).isTrue();
            assertThat(Instant.parse(expires.group(1)))
                    .isBetween(
                            Instant.now().plus(Duration.ofMinutes(25)),
                            Instant.now().plus(Duration.ofMinutes(31)));
            SessionTokens tokens =
                    new SessionTokens(KeySet.parse("p", List.of(StateRegions.KEY)), Duration.ofHours(12));
            Instant almostOver = Instant.now().minus(Duration.ofHours(12)).plus(Duration.ofMinutes(10));
            String old = tokens.sign(new SessionToken("AAECAwQFBgcICQoLDA0ODw", "eu", almostOver));
            HttpResponse<String> refused = send(odd, "GET", CART, "", "Authorization", "Bearer " + old);
            assertThat(refused.body()).contains("\"reason\":\"expired\"");
            assertThat(send(odd, "GET", CART, "", "Cookie", cookie).statusCode())
                    .isEqualTo(200);
        }
    }
}
