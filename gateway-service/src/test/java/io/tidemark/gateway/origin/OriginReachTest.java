package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.local.backends.NameServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.ExtendedSSLSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.context.ConfigurableApplicationContext;

/** How origins are reached, on routes of both kinds: IPv6, the name that TLS asks for, connections that they end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginReachTest {
    private static final List<String> KINDS = List.of("cached", "plainly");
    private static final int NAMES = 8;
    private static final int EACH = 5;

    private final NameServer names = new NameServer();
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<HttpServer> servers = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final boolean hasIpv6 = hasIpv6();
    private final ServerSocket closing = closingSocket();
    private ConfigurableApplicationContext gateway;
    private int routes;

    private static boolean hasIpv6() {
        try (ServerSocket six = new ServerSocket()) {
            six.bind(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
            return true;
        } catch (IOException none) {
            return false;
        }
    }

    private int server(String address, boolean tls) throws IOException {
        InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral(address), 0);
        HttpServer server = tls ? HttpsServer.create(at, 0) : HttpServer.create(at, 0);
        if (server instanceof HttpsServer secure) {
            String own = "classpath:tls/good.pem";
            secure.setHttpsConfigurator(new HttpsConfigurator(SslBundle.of(new PemSslStoreBundle(
                            PemSslStoreDetails.forCertificate(own).withPrivateKey(own), null))
                    .createSslContext()));
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", OriginReachTest::answer);
        server.start();
        servers.add(server);
        return server.getAddress().getPort();
    }

    /** With the name that TLS asked for; without one, the word none. */
    private static void answer(HttpExchange exchange) throws IOException {
        String asked = exchange instanceof HttpsExchange tls
                        && tls.getSSLSession() instanceof ExtendedSSLSession session
                        && !session.getRequestedServerNames().isEmpty()
                ? session.getRequestedServerNames().stream()
                        .map(name -> new String(name.getEncoded(), StandardCharsets.US_ASCII))
                        .collect(Collectors.joining())
                : "none";
        byte[] body = asked.getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().add("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static ServerSocket closingSocket() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    /** Says nothing of the end. */
    private int closingServer() {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket one = closing.accept();
                    connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> answerSome(one));
                }
            } catch (IOException closed) {
                // the end of the test
            }
        });
        return closing.getLocalPort();
    }

    private static void answerSome(Socket one) {
        try (one) {
            var in = new BufferedReader(new InputStreamReader(one.getInputStream(), StandardCharsets.ISO_8859_1));
            for (int answered = 0; answered < EACH; answered++) {
                for (String line = in.readLine(); !"".equals(line); line = in.readLine()) {
                    if (line == null) {
                        return;
                    }
                }
                one.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Length: 2\r\n\r\nok"
                                .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException gone) {
            // as clients may be
        }
    }

    @BeforeAll
    void start() throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--tidemark.management-port=0",
                "--tidemark.origins.dns.servers=" + names.address(),
                "--spring.cloud.gateway.server.webflux.httpclient.ssl.use-insecure-trust-manager=true"));
        if (hasIpv6) {
            route(arguments, "ipv6", "http://[::1]:" + server("::1", false));
            route(arguments, "ipv6-tls", "https://[::1]:" + server("::1", true));
            names.lead("six.test", 1, "::1");
            route(arguments, "ipv6-name", "http://six.test:" + server("::1", false));
        }
        int named = server("127.0.0.1", true);
        for (int name = 0; name < NAMES; name++) {
            names.lead("shop-" + name + ".test", 1, "127.0.0.1");
            route(arguments, "shop-" + name, "https://shop-" + name + ".test:" + named);
        }
        route(arguments, "closing", "http://127.0.0.1:" + closingServer());
        gateway = new SpringApplication(GatewayApplication.class).run(arguments.toArray(String[]::new));
    }

    /** Two: one with the cache, one without. */
    private void route(List<String> arguments, String name, String uri) {
        for (String kind : KINDS) {
            String route = "--spring.cloud.gateway.server.webflux.routes[" + routes++ + "].";
            arguments.add(route + "id=" + kind + "-" + name);
            arguments.add(route + "uri=" + uri);
            arguments.add(route + "predicates[0]=Path=/" + kind + "/" + name + "/**");
            if (kind.equals("cached")) {
                arguments.add(route + "filters[0]=EdgeCache=standard");
            }
        }
    }

    @AfterAll
    void stop() throws IOException {
        if (gateway != null) {
            gateway.close();
        }
        servers.forEach(server -> server.stop(0));
        closing.close();
        names.close();
    }

    private String get(String path) {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                    + gateway.getEnvironment().getRequiredProperty("local.server.port") + path))
                            .build(),
                    BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** An address is no name to ask for (RFC 6066 section 3). */
    @ParameterizedTest
    @ValueSource(strings = {"ipv6", "ipv6-tls", "ipv6-name"})
    void anOriginWithAnIpv6Address(String route) {
        Assumptions.assumeTrue(hasIpv6, "this machine's loopback has no IPv6 address");
        for (String kind : KINDS) {
            assertThat(get("/" + kind + '/' + route)).isEqualTo("200 none");
        }
    }

    @Test
    void tlsAsksForTheNameOfEachOriginThoughAllHaveOneAddress() {
        for (int name = 0; name < NAMES; name++) {
            for (String kind : KINDS) {
                assertThat(get("/" + kind + "/shop-" + name)).isEqualTo("200 shop-" + name + ".test");
            }
        }
    }

    @Test
    void anOriginThatClosesAfterEachFifthAnswerFailsNobody() {
        int before = connections.get();
        for (int call = 0; call < 100; call++) {
            for (String kind : KINDS) {
                assertThat(get("/" + kind + "/closing/" + call)).isEqualTo("200 ok");
            }
        }
        assertThat(connections.get() - before).isGreaterThanOrEqualTo(2 * 100 / EACH);
    }
}
