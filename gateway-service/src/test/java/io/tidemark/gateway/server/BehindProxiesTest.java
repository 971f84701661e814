package io.tidemark.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.RawOrigin.Received;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.http.Headers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway behind a proxy that it trusts, for some hosts only, before an origin that reads paths as it does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BehindProxiesTest {
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        gateway = RunningGateway.with(
                "--tidemark.forwarded.trusted=127.0.0.0/8,::1",
                "--tidemark.requests.hosts=shop.example,*.tenants.example",
                "--tidemark.requests.ambiguous-paths=pass",
                "--tidemark.fields.keep=X_Kept,X-Client-Id",
                "--tidemark.fields.remove=X-Internal");
    }

    @BeforeEach
    void script() {
        received.clear();
        gateway.origin.otherwise(request -> {
            received.add(request);
            String scheme = String.valueOf(request.headers().first("X-Forwarded-Proto"));
            return RunningGateway.response(200, Headers.of("Cache-Control", "max-age=60"), scheme, true);
        });
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
    }

    private RunningGateway.Response send(String method, String target, String... fields) throws IOException {
        return gateway.send(method, target, Headers.of(fields));
    }

    @Test
    void theOriginLearnsTheClientFromTheProxy() throws IOException {
        send(
                "DELETE",
                "/x",
                "X-Forwarded-For",
                "6.6.6.6, 203.0.113.7, 127.0.0.9",
                "X-Forwarded-Proto",
                "https",
                "X-Forwarded-Port",
                "444",
                "Forwarded",
                "for=6.6.6.6");

        assertThat(received).singleElement().satisfies(request -> {
            Headers fields = request.headers();
            assertThat(fields.all("X-Forwarded-For")).containsExactly("203.0.113.7, 127.0.0.9, 127.0.0.1");
            assertThat(fields.all("X-Forwarded-Proto")).containsExactly("https");
            assertThat(fields.all("Forwarded"))
                    .containsExactly("for=203.0.113.7, for=127.0.0.9, for=127.0.0.1;host=shop.example;proto=https");
            assertThat(fields.has("X-Forwarded-Port")).isFalse();
        });
    }

    @Test
    void theSchemeThatTheProxyNamesIsPartOfTheKeyForHitsToo() throws IOException {
        for (int i = 0; i < 4; i++) {
            assertThat(send("GET", "/scheme", "X-Forwarded-Proto", "https").body())
                    .isEqualTo("https");
            assertThat(send("GET", "/scheme", "X-Forwarded-Proto", "http").body())
                    .isEqualTo("http");
            assertThat(send("GET", "/scheme").body()).isEqualTo("http");
            assertThat(gateway.send("GET /scheme HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-Proto: https\r\n\r\n")
                            .body())
                    .isEqualTo("https"); // kept alive: the answer of whoever finds hits first
        }
        assertThat(received).hasSize(2);
    }

    @Test
    void theHostThatTheProxyNamesIsTheOneForHitsToo() throws IOException {
        for (int i = 0; i < 3; i++) {
            send("GET", "/host", "Host", "shop.example");
            send("GET", "/host", "Host", "shop.example", "X-Forwarded-Host", "a.tenants.example");
            send("GET", "/host", "Host", "a.tenants.example");
            gateway.send("GET /host HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-Host: a.tenants.example\r\n\r\n");
        }

        assertThat(received)
                .extracting(request -> request.headers().first("X-Forwarded-Host"))
                .containsExactly("shop.example", "a.tenants.example");
    }

    @ParameterizedTest(name = "{0} is not served")
    @ValueSource(strings = {"other.example", "tenants.example", "xshop.example", "127.0.0.1", "a.tenants.example.org"})
    void otherHostsAreMisdirected(String host) throws IOException {
        RunningGateway.Response response = send("GET", "/x", "Host", host);

        assertThat(response.status()).isEqualTo(421);
        assertThat(response.body()).contains("urn:tidemark:problem:host-not-served");
        assertThat(received).isEmpty();
    }

    @ParameterizedTest(name = "{0} is served")
    @ValueSource(
            strings = {"shop.example", "SHOP.example.", "shop.example:80", "a.tenants.example", "b.a.tenants.example"})
    void namedHostsAreServed(String host) throws IOException {
        assertThat(send("GET", "/x", "Host", host).status()).isEqualTo(200);
    }

    @Test
    void pathsThatCanBeReadInTwoWaysPassWhereTheyMay() throws IOException {
        for (String target : List.of("/a/..%2fb", "/a/..;/b", "/a%00b", "/a\\..\\b")) {
            assertThat(send("GET", target).status()).isEqualTo(200);
            assertThat(received.getLast().target()).isEqualTo(target);
        }
    }

    @Test
    void whichFieldsEndIsConfigured() throws IOException {
        send("GET", "/fields", "X_Kept", "1", "X-Client-Id", "2", "X-Internal", "3", "X_Other", "4");

        Headers fields = received.getFirst().headers();
        assertThat(fields.all("X_Kept")).containsExactly("1");
        assertThat(fields.all("X-Client-Id")).containsExactly("2");
        assertThat(fields.names()).doesNotContain("X-Internal", "X_Other");
    }
}
