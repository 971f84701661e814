package io.tidemark.gateway.residency;

import static io.tidemark.gateway.session.StateClient.bearer;
import static io.tidemark.gateway.session.StateClient.begin;
import static io.tidemark.gateway.session.StateClient.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.session.StateRegions;
import io.tidemark.gateway.store.TieredStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import reactor.netty.ReactorNetty;

/**
 * Routes that keep data in a region: whoever asks in another one is answered by it, and leaves nothing behind.
 *
 * <p>One class, as one start of the gateways serves all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResidencyTest {
    private static final String ROUTE = "--spring.cloud.gateway.server.webflux.routes[%d].%s=%s";

    private final BareOrigin origin = new BareOrigin();
    private final Map<String, String> heads = new ConcurrentHashMap<>();
    private final StateRegions regions = new StateRegions(
            "--tidemark.policies.mine.personal=true",
            "--tidemark.redis.budget=5s",
            "--tidemark.residency.claim=region",
            "--tidemark.residency.hosts[ap.example]=ap",
            "--tidemark.log.sample-rate=1",
            "--tidemark.log.sampled-per-second=100000",
            ROUTE.formatted(0, "id", "me"),
            ROUTE.formatted(0, "uri", origin.uri()),
            ROUTE.formatted(0, "predicates[0]", "Path=/me/**"),
            ROUTE.formatted(0, "filters[0]", "EdgeSession=optional"),
            ROUTE.formatted(0, "filters[1]", "EdgeResidency=home"),
            ROUTE.formatted(0, "filters[2]", "EdgeCache=mine"),
            ROUTE.formatted(1, "id", "strict"),
            ROUTE.formatted(1, "uri", origin.uri()),
            ROUTE.formatted(1, "predicates[0]", "Path=/strict/**"),
            ROUTE.formatted(1, "filters[0]", "EdgeResidency=home, refuse"),
            ROUTE.formatted(1, "filters[1]", "EdgeCache=standard"),
            ROUTE.formatted(2, "id", "fixed"),
            ROUTE.formatted(2, "uri", origin.uri()),
            ROUTE.formatted(2, "predicates[0]", "Path=/fixed/**"),
            ROUTE.formatted(2, "filters[0]", "EdgeResidency=eu"),
            ROUTE.formatted(2, "filters[1]", "EdgeCache=standard"),
            ROUTE.formatted(3, "id", "queue"),
            ROUTE.formatted(3, "uri", origin.uri()),
            ROUTE.formatted(3, "predicates[0]", "Path=/queue/**"),
            ROUTE.formatted(3, "filters[0]", "EdgeResidency=home"),
            ROUTE.formatted(3, "filters[1]", "WriteBehind=note.add"),
            ROUTE.formatted(4, "id", "plain"),
            ROUTE.formatted(4, "uri", origin.uri()),
            ROUTE.formatted(4, "predicates[0]", "Path=/plain/**"),
            ROUTE.formatted(4, "filters[0]", "EdgeResidency=home"));
    private final int eu1 = StateRegions.port(regions.eu1);
    private final int us1 = StateRegions.port(regions.us1);

    private String path(String path) {
        origin.on(path, exchange -> {
            heads.put(path, exchange.head());
            String length = exchange.head().replaceAll("(?is).*content-length: *([0-9]+).*", "$1");
            String content = length.matches("[0-9]+")
                    ? new String(exchange.in().readNBytes(Integer.parseInt(length)), ISO_8859_1)
                    : "";
            exchange.answer(200, "canary of " + path + content, "Cache-Control: public, max-age=60");
        });
        return path;
    }

    @AfterAll
    void stop() {
        regions.close();
        origin.close();
    }

    private static String cacheStatus(HttpResponse<String> answer) {
        return String.join(", ", answer.headers().allValues("Cache-Status"));
    }

    private void leavesNothingInUs(int keysBefore) {
        assertThat(regions.us1.bean(TieredStore.class).local().size()).isZero();
        RedisClient client = RedisClient.create(regions.redisUs.url());
        try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
            StringBuilder dump = new StringBuilder();
            int keys = 0;
            for (byte[] key : connection.sync().keys("*")) {
                keys += new String(key, ISO_8859_1).contains("rehearsal") ? 0 : 1;
                dump.append(new String(key, ISO_8859_1))
                        .append(new String(connection.sync().dump(key), ISO_8859_1));
            }
            assertThat(dump.toString()).doesNotContain("canary");
            assertThat(keys).isLessThanOrEqualTo(keysBefore + 1); // a gateway that starts uses a record of its own
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatIsAtHomeElsewhereIsAnsweredThereAndKeptNowhereElse() throws Exception {
        String path = path("/me/a");
        String ann = bearer("canary-ann", "region", "eu");
        HttpResponse<String> first = send(us1, "GET", path + "?q=canary%20&q", "", "Authorization", ann);
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(first.body()).isEqualTo("canary of /me/a");
        assertThat(cacheStatus(first))
                .contains("tidemark-eu-1; fwd=")
                .endsWith("tidemark-us-1; fwd=bypass; detail=residency");
        assertThat(first.headers().allValues("X-Cache-Status")).containsExactly("BYPASS");
        assertThat(first.headers().allValues("X-Edge-Colo")).containsExactly("us-1");
        assertThat(heads.get(path))
                .startsWith("GET /me/a?q=canary%20&q HTTP/1.1")
                .containsIgnoringCase("x-edge-user: canary-ann")
                .contains("tidemark-us-1", "tidemark-eu-1")
                .doesNotContainIgnoringCase("edge-home");
        HttpResponse<String> second = send(us1, "GET", path + "?q=canary%20&q", "", "Authorization", ann);
        assertThat(cacheStatus(second)).contains("tidemark-eu-1; hit");
        assertThat(origin.calls(path)).isEqualTo(1);
        leavesNothingInUs(0);
    }

    @Test
    void whatIsAtHomeIsRememberedAsOfTheRegionAlone() throws Exception {
        String path = path("/me/remembered");
        String id = RequestId.next();
        String ann = bearer("canary-ann", "region", "eu");
        assertThat(send(eu1, "GET", path, "", "Authorization", ann, "X-Request-Id", id)
                        .statusCode())
                .isEqualTo(200);
        int management = regions.eu1.port("local.management.port");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(send(management, "GET", "/actuator/explain?request=" + id, "")
                                .body())
                        .contains("\"tidemark.residency\":\"eu\"")
                        .doesNotContain(path)
                        .doesNotContain("canary-ann"));
    }

    @Test
    void aSessionIsAtHomeInTheRegionThatMadeIt() throws Exception {
        String path = path("/me/session");
        String cookie = begin(eu1, "Authorization", bearer("canary-bob"));
        HttpResponse<String> answer = send(us1, "GET", path, "", "Cookie", cookie + "; theme=dark");
        assertThat(cacheStatus(answer)).endsWith("tidemark-us-1; fwd=bypass; detail=residency");
        assertThat(heads.get(path))
                .containsIgnoringCase("x-edge-user: canary-bob")
                .contains("theme=dark")
                .doesNotContain(cookie);
    }

    @Test
    void aSessionOfAUserIsMadeInTheRegionThatTheTokenNames() throws Exception {
        HttpResponse<String> made =
                send(us1, "POST", "/edge/session", "", "Authorization", bearer("canary-cy", "region", "eu"));
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).contains("\"home\":\"eu\"", "canary-cy");
        assertThat(made.headers().firstValue("Set-Cookie").orElse("")).contains(".eu.");
    }

    @Test
    void contentsAndConditionsAreTheHomesAffair() throws Exception {
        String path = path("/plain/post");
        HttpResponse<String> answer = send(
                us1,
                "PUT",
                path,
                " and canary",
                "Authorization",
                bearer("ann", "region", "eu"),
                "Content-Type",
                "text/plain",
                "If-Match",
                "\"a\"");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("canary of /plain/post and canary");
        assertThat(heads.get(path)).startsWith("PUT ").containsIgnoringCase("if-match: \"a\"");
    }

    @Test
    void aRouteMayKeepToOneRegionWhoeverAsks() throws Exception {
        String path = path("/fixed/a");
        GatewayUnderTest.Got answer = regions.us1.get(path);
        assertThat(answer.body()).isEqualTo("canary of /fixed/a");
        assertThat(answer.status()).isEqualTo("BYPASS");
        assertThat(regions.eu1.get(path).status()).isEqualTo("HIT");
    }

    @Test
    void whereARouteRefusesItNothingIsAsked() throws Exception {
        String path = path("/strict/a");
        HttpResponse<String> answer = send(us1, "GET", path, "", "Authorization", bearer("ann", "region", "eu"));
        refused(answer, 451, "residency-elsewhere");
        assertThat(answer.headers().firstValue("Link").orElse("")).contains("rel=\"blocked-by\"");
        assertThat(origin.calls(path)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE"})
    void whileTheHomeIsAwayNobodyElseIsAsked(String method) throws Exception {
        String path = path("/plain/away-" + method);
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = send(
                    us1, method, path, method.equals("PUT") ? "{}" : "", "Authorization", bearer("a", "region", "ap"));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(cacheStatus(answer)).isEqualTo("tidemark-us-1; fwd=bypass; detail=residency");
        }
        refused(send(us1, "GET", path, "", "Authorization", bearer("a", "region", "mars")), 503, "home-unknown");
        assertThat(origin.calls(path)).isZero();
    }

    @Test
    void aRequestThatWasPassedOnIsPassedOnNoFurther() throws Exception {
        String path = path("/me/loop");
        refused(send(us1, "GET", path, "", "Authorization", bearer("a", "region", "mx")), 508, "home-elsewhere");
        assertThat(origin.calls(path)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu", "eu.us.t1.AAAA", "eu.us.t2.AAAA", "eu.us.t1", ""})
    void whatThePublicSaysOfBeingPassedOnCountsForNothing(String forged) throws Exception {
        String path = path("/me/forged" + forged.length());
        HttpResponse<String> answer =
                send(us1, "GET", path, "", "Authorization", bearer("a", "region", "eu"), "Edge-Home", forged);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(heads.get(path)).doesNotContainIgnoringCase("edge-home");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer not.a.token", "Basic YTpi", "Bearer v1.forged", "region"})
    void ofWhomNobodyKnowsTheHomeNothingIsKeptAndNothingWrittenDown(String authorization) throws Exception {
        String path = path("/me/unknown-" + authorization.replaceAll("[^a-z]", ""));
        String shown = authorization.equals("region") ? bearer("a", "region", "no region!") : authorization;
        String[] fields = shown.isEmpty() ? new String[0] : new String[] {"Authorization", shown};
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        ((Logger) LoggerFactory.getLogger("tidemark.requests")).addAppender(lines);
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = send(eu1, "GET", path, "", fields);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(cacheStatus(answer)).isEqualTo("tidemark-eu-1; fwd=bypass; detail=residency");
        }
        assertThat(origin.calls(path)).isEqualTo(2);
        String another = path("/me/known-" + path.length());
        send(eu1, "GET", another, "", "Authorization", bearer("a", "region", "eu"));
        org.awaitility.Awaitility.await().until(() -> lines.list.stream().anyMatch(line -> says(line, another)));
        assertThat(lines.list).noneMatch(line -> says(line, path));
    }

    private static boolean says(ILoggingEvent line, String path) {
        return String.valueOf(line.getKeyValuePairs()).contains(path);
    }

    @Test
    void aWriteMakesWhatIsStoredInvalidWithoutNamingIt() throws Exception {
        String path = path("/me/changed");
        String ann = bearer("canary-ann", "region", "eu");
        send(eu1, "GET", path, "", "Authorization", ann);
        assertThat(cacheStatus(send(eu1, "GET", path, "", "Authorization", ann)))
                .contains("hit");
        assertThat(send(eu1, "PUT", path, "x", "Authorization", ann, "Content-Type", "text/plain")
                        .statusCode())
                .isEqualTo(200);
        assertThat(cacheStatus(send(eu1, "GET", path, "", "Authorization", ann)))
                .contains("fwd=uri-miss");
    }

    @Test
    void theHostDecidesWhereNothingElseDoes() {
        String path = path("/me/host");
        assertThat(regions.us1.get(path, "Host", "AP.example:80").code()).isEqualTo(503);
        assertThat(origin.calls(path)).isZero();
    }

    @Test
    void writesAreQueuedOnlyWhereTheQueueIsKnownToBeAtHome() throws Exception {
        origin.on("/v1/writes", exchange -> exchange.answer(202, "queued"));
        refused(send(eu1, "POST", "/queue/a", "{}"), 451, "residency-unknown");
        refused(
                send(eu1, "POST", "/queue/a", "{}", "Authorization", bearer("a", "region", "eu")),
                451,
                "residency-writes");
        assertThat(origin.calls("/v1/writes")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EdgeResidency=home, maybe",
                "EdgeResidency=no region",
                "EdgeCache=through",
                "WriteThrough=tag:user:{id}",
                ""
            })
    void whatCannotBeKeptEndsTheStart(String filter) {
        assertThatThrownBy(() -> new GatewayUnderTest(
                        "--tidemark.state.keys=" + StateRegions.KEY,
                        filter.isEmpty() ? "--a=b" : "--tidemark.state.data-keys=" + StateRegions.KEY,
                        "--tidemark.shields.us=http://127.0.0.1:1",
                        "--tidemark.policies.through.shield=us",
                        ROUTE.formatted(0, "id", "me"),
                        ROUTE.formatted(0, "uri", origin.uri()),
                        ROUTE.formatted(0, "predicates[0]", "Path=/me/**"),
                        ROUTE.formatted(0, "filters[0]", "EdgeResidency=home"),
                        ROUTE.formatted(0, "filters[1]", filter.isEmpty() ? "EdgeCache=standard" : filter)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .containsAnyOf(
                        "pass or refuse", "EdgeResidency is home or a region", "through another region", "would name");
    }

    @Test
    void theServersOwnLogOfRequestsWouldHaveAllUrls() {
        System.setProperty(ReactorNetty.ACCESS_LOG_ENABLED, "true");
        try {
            assertThatThrownBy(() -> new GatewayUnderTest(
                            "--tidemark.state.keys=" + StateRegions.KEY,
                            "--tidemark.state.data-keys=" + StateRegions.KEY,
                            ROUTE.formatted(0, "id", "me"),
                            ROUTE.formatted(0, "uri", origin.uri()),
                            ROUTE.formatted(0, "predicates[0]", "Path=/me/**"),
                            ROUTE.formatted(0, "filters[0]", "EdgeResidency=home")))
                    .hasMessageContaining(ReactorNetty.ACCESS_LOG_ENABLED);
        } finally {
            System.clearProperty(ReactorNetty.ACCESS_LOG_ENABLED);
        }
    }

    private static void refused(HttpResponse<String> answer, int status, String type) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(type);
        assertThat(cacheStatus(answer)).contains("detail=residency");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }
}
