package io.tidemark.gateway.hit;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.WebFilter;

/** The hit route answers only what all that a configuration puts before the routes would have let it answer. */
class WholeChainTest {
    private static final String GATEWAY = "--spring.cloud.gateway.server.webflux.";

    /** A standalone gateway and its origin, asked over bare sockets. */
    private static final class Fleet implements AutoCloseable {
        final ScriptedOrigin origin = new ScriptedOrigin();
        final ConfigurableApplicationContext gateway;

        Fleet(java.util.function.Consumer<GenericApplicationContext> beans, String... properties) {
            SpringApplication application = new SpringApplication(GatewayApplication.class);
            application.addInitializers(context -> beans.accept((GenericApplicationContext) context));
            String[] own = {
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--tidemark.management-port=0",
                "--tidemark.origin=" + origin.uri()
            };
            gateway = application.run(java.util.stream.Stream.of(own, properties)
                    .flatMap(Arrays::stream)
                    .toArray(String[]::new));
        }

        String ask(String method, String target, String... lines) throws IOException {
            int port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(20_000);
                String more = String.join(
                        "", Arrays.stream(lines).map(line -> line + "\r\n").toList());
                socket.getOutputStream()
                        .write((method + ' ' + target + " HTTP/1.1\r\nHost: a.example\r\n" + more
                                        + "Connection: close\r\n\r\n")
                                .getBytes(ISO_8859_1));
                return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            }
        }

        long hits() {
            return gateway.getBean(Hits.class).answers();
        }

        @Override
        public void close() {
            gateway.close();
            origin.close();
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class WithCors {
        private final Fleet fleet = new Fleet(
                _ -> {},
                GATEWAY + "globalcors.cors-configurations.[/shared/**].allowed-origins=https://app.example",
                GATEWAY + "globalcors.cors-configurations.[/shared/**].allowed-methods=GET");

        @BeforeAll
        void answers() {
            for (String path : new String[] {"/shared/a", "/plain/a"}) {
                fleet.origin.on(path, exchange -> {
                    if (exchange.getRequestMethod().equals("OPTIONS")) {
                        send(exchange, 204, "", "Access-Control-Allow-Methods", "PUT", "X-From", "origin");
                    } else {
                        send(exchange, 200, "x", "Cache-Control", "max-age=60");
                    }
                });
            }
        }

        @AfterAll
        void stop() {
            fleet.close();
        }

        @Test
        void everyAnswerIsWhatCorsSays() throws Exception {
            for (int i = 0; i < 5; i++) {
                assertThat(fleet.ask("GET", "/shared/a", "Origin: https://app.example"))
                        .startsWith("HTTP/1.1 200")
                        .contains("Access-Control-Allow-Origin: https://app.example");
                assertThat(fleet.ask("GET", "/shared/a", "Origin: https://evil.example"))
                        .startsWith("HTTP/1.1 403");
                assertThat(fleet.ask("GET", "/shared/a"))
                        .startsWith("HTTP/1.1 200")
                        .contains("Vary: Origin");
            }
        }

        @Test
        void aPreflightIsAnsweredHereWhereCorsIsConfigured() throws Exception {
            assertThat(fleet.ask(
                            "OPTIONS",
                            "/shared/a",
                            "Origin: https://app.example",
                            "Access-Control-Request-Method: GET"))
                    .startsWith("HTTP/1.1 200")
                    .contains("Access-Control-Allow-Methods: GET")
                    .doesNotContain("X-From");
            assertThat(fleet.ask(
                            "OPTIONS",
                            "/shared/a",
                            "Origin: https://app.example",
                            "Access-Control-Request-Method: PUT"))
                    .startsWith("HTTP/1.1 403");
        }

        @Test
        void aPreflightIsTheOriginsWhereItIsNot() throws Exception {
            for (int i = 0; i < 2; i++) {
                assertThat(fleet.ask(
                                "OPTIONS",
                                "/plain/a",
                                "Origin: https://a.example",
                                "Access-Control-Request-Method: PUT"))
                        .startsWith("HTTP/1.1 204")
                        .containsIgnoringCase("Access-Control-Allow-Methods: PUT")
                        .containsIgnoringCase("X-From: origin");
            }
        }

        @Test
        void otherPathsKeepTheHitRoute() throws Exception {
            fleet.ask("GET", "/plain/a");
            fleet.ask("GET", "/plain/a");
            long before = fleet.hits();

            fleet.ask("GET", "/plain/a", "Origin: https://a.example");

            assertThat(fleet.hits()).isEqualTo(before + 1);
        }
    }

    @Test
    void aFilterThatSeesEveryRequestSeesEveryHit() throws Exception {
        WebFilter gate = (exchange, chain) -> {
            if (exchange.getRequest().getHeaders().containsHeader("X-Refused")) {
                exchange.getResponse().setStatusCode(HttpStatus.FORBIDDEN);
                return exchange.getResponse().setComplete();
            }
            return chain.filter(exchange);
        };
        try (Fleet fleet = new Fleet(beans -> beans.registerBean("gate", WebFilter.class, () -> anothers(gate)))) {
            fleet.origin.on("/a", exchange -> send(exchange, 200, "x", "Cache-Control", "max-age=60"));
            for (int i = 0; i < 4; i++) {
                assertThat(fleet.ask("GET", "/a")).startsWith("HTTP/1.1 200");
                assertThat(fleet.ask("GET", "/a", "X-Refused: 1")).startsWith("HTTP/1.1 403");
            }
        }
    }

    /** Of a class that is none of ours. */
    private static WebFilter anothers(WebFilter filter) {
        return (WebFilter) Proxy.newProxyInstance(
                WebFilter.class.getClassLoader(),
                new Class<?>[] {WebFilter.class},
                (_, method, arguments) -> method.invoke(filter, arguments));
    }

    @Test
    void whatIsCompressedSaysSo() throws Exception {
        try (Fleet fleet =
                new Fleet(_ -> {}, "--server.compression.enabled=true", "--server.compression.min-response-size=10B")) {
            String text = "x".repeat(500);
            fleet.origin.on(
                    "/a",
                    exchange -> send(
                            exchange,
                            200,
                            text,
                            "Cache-Control",
                            "max-age=60",
                            "Content-Type",
                            "text/plain",
                            "ETag",
                            "\"v1\""));
            fleet.origin.on(
                    "/image",
                    exchange -> send(
                            exchange,
                            200,
                            text,
                            "Cache-Control",
                            "max-age=60",
                            "Content-Type",
                            "image/png",
                            "ETag",
                            "\"v1\""));
            for (int i = 0; i < 4; i++) {
                assertThat(fleet.ask("GET", "/a", "Accept-Encoding: gzip"))
                        .containsIgnoringCase("content-encoding: gzip")
                        .containsIgnoringCase("vary: accept-encoding")
                        .containsIgnoringCase("ETag: W/\"v1\"");
                assertThat(fleet.ask("GET", "/a"))
                        .doesNotContainIgnoringCase("content-encoding")
                        .containsIgnoringCase("vary: accept-encoding")
                        .containsIgnoringCase("ETag: W/\"v1\"")
                        .endsWith(text);
                assertThat(fleet.ask("GET", "/a", "Accept-Encoding: gzip", "If-None-Match: W/\"v1\""))
                        .startsWith("HTTP/1.1 304")
                        .containsIgnoringCase("ETag: W/\"v1\"");
                assertThat(fleet.ask("GET", "/a", "Accept-Encoding: gzip", "Range: bytes=0-99"))
                        .startsWith("HTTP/1.1 206")
                        .doesNotContainIgnoringCase("content-encoding")
                        .endsWith("\r\n\r\n" + "x".repeat(100));
                assertThat(fleet.ask("GET", "/image", "Accept-Encoding: gzip"))
                        .doesNotContainIgnoringCase("content-encoding")
                        .containsIgnoringCase("ETag: \"v1\"");
            }
        }
    }
}
