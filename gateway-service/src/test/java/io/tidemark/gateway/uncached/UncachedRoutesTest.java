package io.tidemark.gateway.uncached;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.fixtures.BareOrigin;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ClassPathResource;

/** Origins that fail behind routes without the cache, and with it: the same problems. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class UncachedRoutesTest {
    private final BareOrigin origin = new BareOrigin();
    private final ServerSocket noTls = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private GatewayUnderTest gateway;

    UncachedRoutesTest() throws IOException {}

    @BeforeAll
    void start() throws Exception {
        int refusing;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refusing = closed.getLocalPort();
        }
        Thread.ofVirtual().start(() -> {
            while (!noTls.isClosed()) {
                try (Socket client = noTls.accept()) {
                    client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(ISO_8859_1));
                } catch (IOException gone) {
                    // the next one
                }
            }
        });
        String routes = "--spring.cloud.gateway.server.webflux.routes";
        String[] uris = {
            origin.uri(),
            "http://127.0.0.1:" + refusing,
            "https://127.0.0.1:" + noTls.getLocalPort(),
            "http://no-such.invalid"
        };
        String[] names = {"well", "refused", "tls", "nameless"};
        List<String> properties = new ArrayList<>();
        properties.add("--spring.cloud.gateway.server.webflux.httpclient.response-timeout=1s");
        properties.add("--tidemark.policies.standard.first-byte-timeout=1s");
        for (int i = 0; i < names.length; i++) {
            for (String kind : new String[] {"plain", "cached"}) {
                String route = routes + "[" + (2 * i + (kind.equals("plain") ? 0 : 1)) + "].";
                properties.add(route + "id=" + kind + "-" + names[i]);
                properties.add(route + "uri=" + uris[i]);
                properties.add(route + "predicates[0]=Path=/" + kind + "/" + names[i] + "/**");
                if (kind.equals("cached")) {
                    properties.add(route + "filters[0]=EdgeCache=standard");
                }
            }
        }
        properties.addAll(List.of(
                routes + "[8].id=patient",
                routes + "[8].uri=" + origin.uri(),
                routes + "[8].predicates[0]=Path=/patient/**",
                routes + "[8].metadata.response-timeout=20000"));
        gateway = new GatewayUnderTest(properties.toArray(String[]::new));
    }

    @AfterAll
    void stop() throws IOException {
        noTls.close();
        gateway.close();
        origin.close();
    }

    /** How the origin fails at this path. */
    private void script(String path) {
        origin.on(path, exchange -> {
            switch (path.substring(path.lastIndexOf('/') + 1)) {
                case "drops" -> exchange.socket().close();
                case "garbage" -> {
                    exchange.send("this is no HTTP\r\n\r\n");
                    exchange.socket().close();
                }
                case "hangs" -> {
                    try {
                        assertThat(new CountDownLatch(1).await(3, TimeUnit.SECONDS))
                                .isFalse();
                    } catch (InterruptedException interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.socket().close();
                }
                default -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
                    exchange.socket().close();
                }
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "plain, well/drops, 502, origin-broken-off, broken-off",
        "plain, well/garbage, 502, origin-malformed, malformed",
        "plain, well/hangs, 504, origin-first-byte-timeout, first-byte-timeout",
        "plain, well/breaks, 502, origin-broken-off, broken-off",
        "plain, refused/x, 502, origin-connect, refused",
        "plain, tls/x, 502, origin-tls, tls",
        "plain, nameless/x, 502, origin-connect, dns",
        "cached, well/drops, 502, origin-broken-off, broken-off",
        "cached, well/garbage, 502, origin-malformed, malformed",
        "cached, well/hangs, 504, origin-first-byte-timeout, first-byte-timeout",
        "cached, well/breaks, 502, origin-broken-off, broken-off",
        "cached, refused/x, 502, origin-connect, refused",
        "cached, tls/x, 502, origin-tls, tls",
        "cached, nameless/x, 502, origin-connect, dns"
    })
    void eachFailureIsAProblemWithItsReasonAndNoStackTrace(
            String kind, String path, int status, String type, String reason, CapturedOutput output) throws Exception {
        String target = "/" + kind + "/" + path;
        script(target);
        int before = output.getAll().length();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"))) {
            client.setSoTimeout(20_000);
            client.getOutputStream()
                    .write(("GET " + target + " HTTP/1.1\r\nHost: shop.example\r\nX-Request-Id: abcdef0123456789\r\n"
                                    + "Connection: close\r\n\r\n")
                            .getBytes(ISO_8859_1));
            InputStream in = new BufferedInputStream(client.getInputStream());
            String head = BareOrigin.head(in);
            assertThat(head)
                    .startsWith("HTTP/1.1 " + status + " ")
                    .containsIgnoringCase("content-type: application/problem+json")
                    .containsIgnoringCase("x-request-id: abcdef0123456789");
            assertThat(new String(in.readAllBytes(), ISO_8859_1))
                    .contains(
                            "\"urn:tidemark:problem:" + type + "\"", "\"reason\":\"" + reason + "\"", "route " + kind);
        }
        String said = output.getAll().substring(before);
        assertThat(said).doesNotContain("\tat ", "ERROR");
        assertThat(said.lines().filter(line -> line.contains(" WARN ")).count()).isLessThanOrEqualTo(1);
    }

    @Test
    void theRequestsIdIsAnsweredOnceThoughTheOriginAnswersItToo() throws Exception {
        origin.on("/plain/well/id", exchange -> exchange.answer(200, "x", "X-Request-Id: other"));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port("local.server.port"))) {
            client.setSoTimeout(20_000);
            client.getOutputStream()
                    .write("GET /plain/well/id HTTP/1.1\r\nHost: shop.example\r\nX-Request-Id: abcdef0123456789\r\n\r\n"
                            .getBytes(ISO_8859_1));
            String head = BareOrigin.head(new BufferedInputStream(client.getInputStream()));
            assertThat(head)
                    .containsIgnoringCase("x-request-id: abcdef0123456789")
                    .doesNotContain("other");
        }
    }

    @Test
    void aRouteMayGiveItsOriginMoreTimeThanTheOthers() {
        origin.on("/patient/waits", exchange -> {
            try {
                Thread.sleep(1500); // longer than the limit of the other routes
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            exchange.answer(200, "in the end");
        });
        assertThat(gateway.get("/patient/waits").body()).isEqualTo("in the end");
    }

    /** 60 s are what the write queue lets a client wait with {@code Prefer: wait}. */
    @Test
    void theRouteToTheWriteQueueWaitsLongerThanItsClientsMay() throws Exception {
        var found = new ArrayList<Long>();
        for (var source :
                new YamlPropertySourceLoader().load("application", new ClassPathResource("application-suite.yml"))) {
            String routes = "spring.cloud.gateway.server.webflux.routes";
            for (int i = 0; i < 20; i++) {
                if ("writes".equals(String.valueOf(source.getProperty(routes + "[" + i + "].id")))) {
                    found.add(Long.valueOf(
                            String.valueOf(source.getProperty(routes + "[" + i + "].metadata.response-timeout"))));
                }
            }
        }
        assertThat(found).isNotEmpty().allMatch(millis -> millis >= 70_000);
    }
}
