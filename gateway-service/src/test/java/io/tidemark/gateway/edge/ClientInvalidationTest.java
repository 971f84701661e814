package io.tidemark.gateway.edge;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** What unsafe requests make invalid at a standalone gateway before the origins of two hosts, over bare sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientInvalidationTest {
    private static final String ROUTES = "--spring.cloud.gateway.server.webflux.routes";
    private static final String LONG = "x".repeat(3000);

    private final ScriptedOrigin a = new ScriptedOrigin();
    private final ScriptedOrigin b = new ScriptedOrigin();
    private ConfigurableApplicationContext gateway;
    private int port;

    @BeforeAll
    void start() {
        gateway = new SpringApplication(GatewayApplication.class)
                .run(
                        "--spring.profiles.active=standalone",
                        "--server.port=0",
                        "--tidemark.management-port=0",
                        ROUTES + "[0].id=a",
                        ROUTES + "[0].uri=" + a.uri(),
                        ROUTES + "[0].predicates[0]=Host=a.example",
                        ROUTES + "[0].filters[0]=EdgeCache=standard",
                        ROUTES + "[1].id=b",
                        ROUTES + "[1].uri=" + b.uri().toString().replace("127.0.0.1", "localhost"),
                        ROUTES + "[1].predicates[0]=Path=/**",
                        ROUTES + "[1].filters[0]=EdgeCache=standard");
        port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @AfterAll
    void stop() {
        gateway.close();
        a.close();
        b.close();
    }

    @BeforeEach
    void store() throws Exception {
        for (ScriptedOrigin origin : new ScriptedOrigin[] {a, b}) {
            origin.on(
                    "/thing",
                    exchange -> send(exchange, 200, "x", "Cache-Control", "max-age=60", "Cache-Groups", "\"g\""));
            origin.on("/other", exchange -> send(exchange, 200, "x", "Cache-Control", "max-age=60"));
        }
        for (String host : new String[] {"a.example", "b.example"}) {
            ask("GET", host, "/thing");
            ask("GET", host, "/other");
        }
    }

    private void answersWrites(ScriptedOrigin origin, String... fields) {
        origin.on("/write", exchange -> send(exchange, 200, "done", fields));
    }

    private boolean isStored(String host, String path) throws IOException {
        return ask("GET", host, path).contains("X-Cache-Status: HIT");
    }

    private String ask(String method, String host, String target, String... lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String more = String.join(
                    "",
                    java.util.Arrays.stream(lines).map(line -> line + "\r\n").toList());
            socket.getOutputStream()
                    .write((method + ' ' + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + more
                                    + (method.equals("POST") ? "Content-Length: 0\r\n" : "")
                                    + "Connection: close\r\n\r\n")
                            .getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    @ParameterizedTest(name = "a POST for \"{0}\" takes nothing of other hosts away")
    @ValueSource(strings = {".", ":80", "", "..", ".:80", "*", "a b", "u@."})
    void aHostThatIsNoneWidensNothing(String host) throws Exception {
        answersWrites(b, "Cache-Group-Invalidation", "\"g\"");

        ask("POST", host, "/write");

        assertThat(isStored("a.example", "/thing")).isTrue();
        assertThat(isStored("b.example", "/thing")).isTrue();
    }

    @Test
    void anAbsoluteTargetWithoutAHostWidensNothing() throws Exception {
        answersWrites(b);

        ask("POST", "b.example", "http://u@/write");
        ask("POST", "b.example", "http://./write");

        assertThat(isStored("a.example", "/thing")).isTrue();
        assertThat(isStored("b.example", "/thing")).isTrue();
    }

    @Test
    void aGroupIsOfTheHostWhoseOriginNamesIt() throws Exception {
        answersWrites(b, "Cache-Group-Invalidation", "\"g\"");

        assertThat(ask("POST", "b.example", "/write")).startsWith("HTTP/1.1 200");

        assertThat(isStored("a.example", "/thing")).isTrue();
        assertThat(isStored("b.example", "/other")).isTrue();
        assertThat(isStored("b.example", "/thing")).isFalse();
    }

    @ParameterizedTest(name = "{0}: {1} takes {2} of b.example away: {3}, and nothing of a.example")
    @CsvSource({
        "Location, http://a.example/thing, false", "Content-Location, http://a.example/thing, false",
        "Location, //a.example/thing, false", "Location, http://b.example/thing, true",
        "Content-Location, /thing, true", "Location, http://./thing, false"
    })
    void whatAnAnswerNamesIsOfItsOwnHost(String field, String value, boolean own) throws Exception {
        answersWrites(b, field, value);

        ask("POST", "b.example", "/write");

        assertThat(isStored("a.example", "/thing")).isTrue();
        assertThat(isStored("b.example", "/thing")).isEqualTo(!own);
    }

    @ParameterizedTest(name = "a POST of {0} is answered by the origin, and its URL is fetched anew")
    @ValueSource(strings = {"/write", "/write?", "/write?a=%2Fb"})
    void aUrlOfAnyLengthIsPurged(String start) throws Exception {
        b.on("/write", exchange -> send(exchange, 200, "x", "Cache-Control", "max-age=60"));
        for (String target : new String[] {start, start + (start.contains("?") ? "&" : "?") + LONG}) {
            String near = start.contains("?") ? start + "z" : start + "?z";
            ask("GET", "b.example", target);
            ask("GET", "b.example", near);
            assertThat(isStored("b.example", target)).isTrue();

            assertThat(ask("POST", "b.example", target))
                    .startsWith("HTTP/1.1 200")
                    .contains("\r\n\r\nx");

            assertThat(isStored("b.example", target)).isFalse();
            assertThat(isStored("b.example", near)).isTrue();
        }
    }

    @Test
    void whatIsTooLongToBeNamedHidesNothingElse() throws Exception {
        String groups = IntStream.range(0, 700).mapToObj(i -> "\"g" + i + '"').collect(Collectors.joining(", "));
        answersWrites(
                b,
                "Location",
                "/" + LONG,
                "Content-Location",
                "/other",
                "Cache-Group-Invalidation",
                groups + ", \"g\"");

        assertThat(ask("POST", "b.example", "/write?" + LONG)).startsWith("HTTP/1.1 200");

        assertThat(isStored("b.example", "/other")).isFalse();
        assertThat(isStored("b.example", "/thing")).isFalse();
        assertThat(isStored("a.example", "/thing")).isTrue();
    }
}
