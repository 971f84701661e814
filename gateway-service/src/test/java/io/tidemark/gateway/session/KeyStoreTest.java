package io.tidemark.gateway.session;

import static io.tidemark.gateway.session.StateClient.bearer;
import static io.tidemark.gateway.session.StateClient.begin;
import static io.tidemark.gateway.session.StateClient.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import io.tidemark.state.configuration.StateKeys;
import io.tidemark.state.keys.DataKeys;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A gateway whose users' data keys lie in a Redis of their own, sealed by one of two keys of its region. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyStoreTest {
    private static final String CART = "/edge/session/state/cart";
    private static final String ME = "/me/page";
    private static final String HASHED = "/hashed/page";
    private static final String SECRET = ":AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

    private final BareOrigin origin = new BareOrigin();
    private final Redis region = redis("redis-of-region");
    private final Redis keys = redis("redis-of-keys");
    private final GatewayUnderTest gateway;
    private final int port;

    private static Redis redis(String name) {
        return Redis.create(
                BackendOptions.named(name).withMode(BackendMode.EMBEDDED).withDurableKeys());
    }

    KeyStoreTest() {
        Backends.startAll(List.of(region, keys));
        origin.on(ME, exchange -> exchange.answer(200, "canary-page", "Cache-Control: private, max-age=60"));
        origin.on(
                HASHED,
                exchange -> exchange.answer(
                        200,
                        "{\"email\":\"canary@example.org\"}",
                        "Content-Type: application/json",
                        "ETag: \"v1\"",
                        "Cache-Control: max-age=60"));
        gateway = StateRegions.gateway(
                "eu",
                "eu-1",
                region,
                "--tidemark.state.data-keys=k2" + SECRET + ",k1" + SECRET.replace("AQEB", "AgIC"),
                "--spring.cloud.gateway.server.webflux.routes[1].id=hashed",
                "--spring.cloud.gateway.server.webflux.routes[1].uri=" + origin.uri(),
                "--spring.cloud.gateway.server.webflux.routes[1].predicates[0]=Path=/hashed/**",
                "--spring.cloud.gateway.server.webflux.routes[1].filters[0]=EdgeCache=standard",
                "--tidemark.redaction.rules[0].routes=hashed",
                "--tidemark.redaction.rules[0].pointer=/email",
                "--tidemark.redaction.rules[0].action=hash",
                "--tidemark.state.key-store.url=" + keys.url(),
                "--tidemark.state.redis-timeout=5s",
                "--tidemark.policies.mine.personal=true",
                "--spring.cloud.gateway.server.webflux.routes[0].id=me",
                "--spring.cloud.gateway.server.webflux.routes[0].uri=" + origin.uri(),
                "--spring.cloud.gateway.server.webflux.routes[0].predicates[0]=Path=/me/**",
                "--spring.cloud.gateway.server.webflux.routes[0].filters[0]=EdgeSession=required",
                "--spring.cloud.gateway.server.webflux.routes[0].filters[1]=EdgeCache=mine");
        StateRegions.awaitUp(gateway);
        await().atMost(Duration.ofSeconds(30)).until(this::isUp);
        port = StateRegions.port(gateway);
    }

    @AfterAll
    void stop() {
        gateway.close();
        region.close();
        keys.close();
        origin.close();
    }

    private boolean isUp() {
        return gateway.bean(MeterRegistry.class)
                        .get("tidemark.state.keys.up")
                        .gauge()
                        .value()
                == 1;
    }

    private static String everything(Redis redis) {
        RedisClient client = RedisClient.create(redis.url());
        StringBuilder all = new StringBuilder();
        try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
            connection.sync().configSet("rdbcompression", "no");
            for (byte[] key : connection.sync().keys("*")) {
                byte[] dump = connection.sync().dump(key);
                all.append(new String(key, ISO_8859_1)).append(dump == null ? "" : new String(dump, ISO_8859_1));
            }
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
        return all.toString();
    }

    private static void unavailable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.body()).contains(":state-unavailable\"");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    /** One order of events: what is away comes back. */
    @Test
    void awayNothingOfUsersIsReadOrWrittenAndNothingIsStoredInPlain() throws Exception {
        String user = bearer("canary-ann");
        String anns = begin(port, "Authorization", user);
        String nobodys = begin(port);
        for (String cookie : List.of(anns, nobodys)) {
            assertThat(send(port, "PUT", CART, "\"canary-cart\"", "Cookie", cookie, "If-None-Match", "*")
                            .statusCode())
                    .isEqualTo(201);
        }
        assertThat(everything(keys)).contains("tidemark:datakey:{");
        assertThat(everything(region)).contains("tidemark:session:{").doesNotContain("tidemark:datakey:{", "canary");

        keys.stop();
        await().atMost(Duration.ofSeconds(30)).until(() -> !isUp());
        assertThat(send(port, "GET", CART, "", "Cookie", anns).statusCode())
                .as("the user's key is in memory")
                .isEqualTo(200);
        gateway.bean(DataKeys.class).forgetAll();
        unavailable(send(port, "GET", CART, "", "Cookie", anns));
        unavailable(send(port, "GET", "/edge/session", "", "Cookie", anns));
        unavailable(send(port, "PUT", CART, "\"canary-lost\"", "Cookie", anns, "If-Match", "*"));
        unavailable(send(port, "POST", "/edge/session", "", "Authorization", user));
        assertThat(send(port, "GET", ME, "", "Authorization", user).body())
                .as("a page that cannot be sealed is the origin's")
                .isEqualTo("canary-page");
        assertThat(send(port, "PUT", CART, "\"canary-new\"", "Cookie", nobodys, "If-Match", "*")
                        .statusCode())
                .as("nobody's is sealed with the region's keys")
                .isEqualTo(204);
        assertThat(everything(region)).doesNotContain("canary").doesNotContain("/me/page");
        await().atMost(Duration.ofSeconds(30)) // the cause is known once it was tried to connect again
                .untilAsserted(() -> assertThat(
                                gateway.bean(KeyStoreHealth.class).health().getDetails())
                        .containsEntry("answers", false)
                        .containsKey("why"));

        keys.start();
        await().atMost(Duration.ofSeconds(30)).until(this::isUp);
        HttpResponse<String> back = send(port, "GET", CART, "", "Cookie", anns);
        assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
        assertThat(back.body()).isEqualTo("\"canary-cart\"");
    }

    @Test
    void aRedactedAnswerIsHashedWithTheKeyThatTheFleetUses() throws Exception {
        var dataKeys = gateway.bean(StateKeys.class).dataKeys();
        HttpResponse<String> first = send(port, "GET", HASHED, "");
        assertThat(first.body()).doesNotContain("canary");
        assertThat(dataKeys.use("k1")).isTrue();
        HttpResponse<String> other = send(port, "GET", HASHED, "");
        assertThat(other.body()).doesNotContain("canary").isNotEqualTo(first.body());
        assertThat(other.headers().firstValue("ETag"))
                .isNotEmpty()
                .isNotEqualTo(first.headers().firstValue("ETag"));
        assertThat(dataKeys.use("k2")).isTrue();
        HttpResponse<String> again = send(port, "GET", HASHED, "");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("X-Cache-Status")).hasValue("HIT");
    }
}
