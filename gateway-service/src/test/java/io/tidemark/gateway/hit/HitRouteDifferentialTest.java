package io.tidemark.gateway.hit;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.gateway.purge.Purger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Sends generated requests to one gateway, each first with the hit route and, if that has answered, again without it, while
 * time stands still: status, fields and body must be the same. Over HTTP/1.1, where {@link HitHandler} answers, and over
 * HTTP/2, where {@link HitRoute} does. {@code -Ddifferential.requests=100000} makes it long.
 *
 * <p>One class, as one start of the gateway serves all of it.
 *
 * <p>One class, as one start of the gateway serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HitRouteDifferentialTest {
    private static final int REQUESTS = Integer.getInteger("differential.requests", 4_000);
    private static final int REFRESHES = 10;
    private static final long SEED = Long.getLong("differential.seed", 20_260_101L);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int RESOURCES = 60;

    private static final class StandingClock implements InstantSource {
        private volatile Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }
    }

    private record Answers(HttpResponse<byte[]> byHitRoute, HttpResponse<byte[]> byFilter) {}

    private record Resource(int status, String body, List<String> fields) {}

    private final Random random = new Random(SEED);
    private final StandingClock clock = new StandingClock();
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpClient http2 =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    private ConfigurableApplicationContext gateway;
    private Hits hits;
    private Purger purger;
    private int port;

    @BeforeAll
    void start() {
        for (int i = 0; i < RESOURCES; i++) {
            Resource resource = resource(i);
            origin.on(
                    "/r/" + i,
                    exchange -> send(exchange, resource.status, resource.body, resource.fields.toArray(String[]::new)));
        }
        for (int i = 0; i < 3; i++) {
            origin.on("/keyed/" + i, exchange -> {
                String user = String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
                send(exchange, 200, "for " + user, "Cache-Control", "max-age=3600");
            });
        }
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.addInitializers(context -> ((GenericApplicationContext) context)
                .registerBean("standingClock", InstantSource.class, () -> clock, bean -> bean.setPrimary(true)));
        gateway = application.run(
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--management.server.port=0",
                "--tidemark.log.sample-rate=0",
                "--tidemark.requests.cleartext-upgrade=true", // Java's client knows no other way to HTTP/2
                "--logging.level.root=warn",
                "--tidemark.policies.keyed.key.cookies=a",
                "--spring.cloud.gateway.server.webflux.routes[0].id=keyed",
                "--spring.cloud.gateway.server.webflux.routes[0].uri=" + origin.uri(),
                "--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/keyed/**",
                "--spring.cloud.gateway.server.webflux.routes[0].filters[0]=EdgeCache=keyed",
                "--spring.cloud.gateway.server.webflux.routes[1].id=origin",
                "--spring.cloud.gateway.server.webflux.routes[1].uri=" + origin.uri(),
                "--spring.cloud.gateway.server.webflux.routes[1].predicates[0]=Path=/**",
                "--spring.cloud.gateway.server.webflux.routes[1].filters[0]=EdgeCache=standard",
                "--tidemark.origin=" + origin.uri());
        port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        hits = gateway.getBean(Hits.class);
        purger = gateway.getBean(Purger.class);
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    @Test
    void theHitRouteAnswersAsTheFilterDoes() throws Exception {
        int compared = 0;
        Map<Integer, Integer> statuses = new TreeMap<>();
        Map<HttpClient.Version, Integer> versions = new TreeMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            disturb();
            HttpRequest request = request(i);
            // an upgrade with a body is refused, so HTTP/2 is for requests that have none
            boolean bodiless = request.bodyPublisher().isEmpty();
            HttpClient client = bodiless && chance(25) ? http2 : this.client;
            Answers answers = answers(client, request);
            if (answers == null) {
                continue;
            }
            HttpResponse<byte[]> fast = answers.byHitRoute;
            HttpResponse<byte[]> slow = answers.byFilter;
            String what = "request " + i + " of seed " + SEED + ": " + request + ' '
                    + request.headers().map();
            assertThat(fast.statusCode()).as(what).isEqualTo(slow.statusCode());
            assertThat(fields(fast)).as(what).isEqualTo(fields(slow));
            assertThat(fast.body()).as(what).isEqualTo(slow.body());
            compared++;
            statuses.merge(fast.statusCode(), 1, Integer::sum);
            versions.merge(fast.version(), 1, Integer::sum);
        }
        assertThat(compared).as("compared answers, by status %s", statuses).isGreaterThan(REQUESTS / 5);
        assertThat(statuses).as("compared answers by status").containsKeys(200, 206, 304, 404);
        assertThat(versions).as("compared answers by protocol").hasSize(2);
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        origin.on("/fresh", exchange -> send(exchange, 200, "kept", "Cache-Control", "max-age=86400"));
        origin.on("/fetched", exchange -> send(exchange, 200, "not kept", "Cache-Control", "no-store"));
        HttpRequest fresh = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/fresh"))
                .build();
        for (int i = 0; i < 2; i++) {
            client.send(fresh, BodyHandlers.discarding());
        }
        long before = hits.answers();
        for (int round = 0; round < 20; round++) {
            List<String> ids = new ArrayList<>();
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 30; i++) {
                ids.add("p" + i);
                requests.append("GET ")
                        .append(chance(70) ? "/fresh" : "/fetched")
                        .append(" HTTP/1.1\r\nHost: 127.0.0.1:");
                requests.append(port).append("\r\nX-Request-Id: p").append(i);
                requests.append("\r\n\r\n");
            }

            StringBuilder answers = new StringBuilder();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
                byte[] read = new byte[8192];
                while (!answers.toString().contains(": p29\r\n")) {
                    int length = socket.getInputStream().read(read);
                    assertThat(length).as("after %s", answers).isPositive();
                    answers.append(new String(read, 0, length, StandardCharsets.ISO_8859_1));
                }
            }

            assertThat(answers.toString()
                            .lines()
                            .filter(line -> line.regionMatches(true, 0, "X-Request-Id: ", 0, 14))
                            .map(line -> line.substring(14)))
                    .containsExactlyElementsOf(ids);
        }
        assertThat(hits.answers() - before).isGreaterThan(20);
    }

    @Test
    void aCookieThatIsPartOfTheKeyIsNotPassedOver() throws Exception {
        for (int i = 0; i < 300; i++) {
            String user = pick("a=1", "a=2", "a=3");
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/keyed/" + random.nextInt(3)))
                    .header("Cookie", user)
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("for " + user);
        }
    }

    private static HttpResponse<byte[]> answer(HttpClient client, HttpRequest request) throws Exception {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (HttpTimeoutException e) {
            throw new AssertionError(
                    client.version() + ": no answer to " + request + ' '
                            + request.headers().map(),
                    e);
        }
    }

    /**
     * What the hit route and then the filter answer, null if the hit route leaves it to the filter. A refresh that was under
     * way may end between the two: a stale answer is asked for again until both are of one response.
     */
    private @Nullable Answers answers(HttpClient client, HttpRequest request) throws Exception {
        for (int left = REFRESHES; ; left--) {
            long before = hits.answers();
            HttpResponse<byte[]> fast = answer(client, request);
            if (hits.answers() == before) {
                return null;
            }
            hits.turn(false);
            try {
                Answers answers = new Answers(fast, answer(client, request));
                if (left == 0 || !isStale(fast) || fields(fast).equals(fields(answers.byFilter))) {
                    return answers;
                }
            } finally {
                hits.turn(true);
            }
        }
    }

    private static boolean isStale(HttpResponse<?> response) {
        return response.headers().firstValue("X-Cache-Status").orElse("").equals("STALE");
    }

    /** All fields but those that Netty or the connection decides on. */
    private static Map<String, List<String>> fields(HttpResponse<?> response) {
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        fields.putAll(response.headers().map());
        fields.remove("Transfer-Encoding"); // Reactor Netty says it of a 304 to a HEAD
        return fields;
    }

    /** Lets time pass, or purges something, now and then. */
    private void disturb() throws Exception {
        int dice = random.nextInt(100);
        if (dice < 10) {
            clock.now = clock.now.plus(Duration.ofMillis(random.nextInt(15_000)));
        } else if (dice < 13) {
            Target target = random.nextBoolean()
                    ? Target.tag("t" + random.nextInt(5))
                    : Target.url("/r/" + random.nextInt(RESOURCES));
            Purge.Mode mode = random.nextBoolean() ? Purge.Mode.HARD : Purge.Mode.SOFT;
            var _ = purger.purge(List.of(target), mode, "test")
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    // --- what the origin has ------------------------------------------------------------------------------------

    private Resource resource(int i) {
        List<String> fields = new ArrayList<>();
        field(
                fields,
                "Cache-Control",
                pick(
                        "max-age=60",
                        "public, max-age=3600",
                        "max-age=30, stale-while-revalidate=60",
                        "max-age=20, must-revalidate",
                        "max-age=10, stale-if-error=600",
                        "s-maxage=40, max-age=0",
                        "max-age=600, no-transform"));
        if (chance(80)) {
            field(fields, "ETag", chance(70) ? "\"e" + i + "\"" : "W/\"e" + i + "\"");
        }
        if (chance(60)) {
            field(fields, "Last-Modified", httpDate(START.minusSeconds(1000 + i)));
        }
        if (chance(70)) {
            field(fields, "Date", httpDate(START));
        }
        if (chance(20)) {
            field(fields, "Vary", pick("Accept-Language", "accept-language, X-Kind", "X-Kind"));
        }
        if (chance(30)) {
            field(fields, "Cache-Groups", "\"t" + random.nextInt(5) + "\", \"all\"");
        }
        if (chance(20)) {
            field(fields, "Age", Integer.toString(random.nextInt(20)));
        }
        if (chance(20)) {
            field(fields, "Cache-Status", "upstream; hit");
            field(fields, "X-Cache-Status", "upstream");
        }
        if (chance(10)) {
            field(fields, "Link", "</a>; rel=preload");
            field(fields, "Link", "</b>; rel=preload");
        }
        field(fields, "Content-Type", pick("text/plain", "text/html;charset=utf-8", "application/octet-stream"));
        int status = i % 12 == 5 ? 404 : i % 12 == 7 ? 203 : 200;
        return new Resource(status, "0123456789abcdef".repeat(random.nextInt(i % 10 == 3 ? 4000 : 40)), fields);
    }

    // --- what clients ask for -----------------------------------------------------------------------------------

    private HttpRequest request(int i) {
        int resource = random.nextInt(RESOURCES);
        String query = chance(10) ? "?q=" + random.nextInt(2) : "";
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/r/" + resource + query))
                .timeout(Duration.ofSeconds(20))
                .header("X-Request-Id", "r" + i);
        int dice = random.nextInt(100);
        if (dice < 10) {
            request.HEAD();
        } else if (dice < 12) {
            request.method(pick("OPTIONS", "DELETE"), HttpRequest.BodyPublishers.noBody());
        } else if (dice < 13) {
            request.POST(HttpRequest.BodyPublishers.ofString("x"));
        }
        maybe(
                request,
                15,
                "If-None-Match",
                "\"e" + resource + "\"",
                "W/\"e" + resource + "\"",
                "*",
                "\"no\", \"e" + resource + "\"",
                "\"no\"");
        maybe(
                request,
                8,
                "If-Modified-Since",
                httpDate(START.minusSeconds(500)),
                httpDate(START.minusSeconds(5000)),
                httpDate(START.minusSeconds(1000 + resource)),
                "yesterday");
        maybe(request, 3, "If-Match", "\"e" + resource + "\"", "\"no\"", "*");
        maybe(request, 3, "If-Unmodified-Since", httpDate(START), httpDate(START.minusSeconds(90_000)));
        maybe(
                request,
                12,
                "Range",
                "bytes=0-4",
                "bytes=5-",
                "bytes=-7",
                "bytes=0-0,5-9",
                "bytes=9999-",
                "bytes=4-1",
                "lines=1-2",
                "bytes=a-b");
        maybe(request, 4, "If-Range", "\"e" + resource + "\"", "\"no\"", httpDate(START.minusSeconds(1000 + resource)));
        maybe(
                request,
                8,
                "Cache-Control",
                "no-cache",
                "max-age=0",
                "max-age=15",
                "max-stale",
                "max-stale=20",
                "min-fresh=10",
                "only-if-cached",
                "no-store");
        maybe(request, 2, "Pragma", "no-cache");
        maybe(request, 30, "Accept-Language", "de", "en", "en, de");
        maybe(request, 30, "X-Kind", "a", "b");
        maybe(request, 5, "Cookie", "a=1");
        maybe(request, 5, "Authorization", "Bearer x");
        maybe(request, 2, "Edge-Read-After", "x:1", "nonsense");
        return request.build();
    }

    private void maybe(HttpRequest.Builder request, int percent, String name, String... values) {
        if (chance(percent)) {
            request.header(name, pick(values));
        }
    }

    private static void field(List<String> fields, String name, String value) {
        fields.add(name);
        fields.add(value);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private String pick(String... values) {
        return values[random.nextInt(values.length)];
    }

    private static String httpDate(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atZone(ZoneOffset.UTC));
    }
}
