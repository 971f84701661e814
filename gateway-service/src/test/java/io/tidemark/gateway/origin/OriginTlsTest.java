package io.tidemark.gateway.origin;

import static io.tidemark.local.fixtures.Certificates.pem;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.ClientAuth;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;

/** Origins behind TLS: one SSL bundle for cached and other routes, and reasons that a person understands. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OriginTlsTest {
    @TempDir
    private static Path folder;

    private final List<DisposableServer> origins = new ArrayList<>();
    private final BothKinds gateway = new BothKinds();

    private String origin(String certificate, ClientAuth clients, HttpProtocol... protocols) {
        DisposableServer server = TlsOrigins.of(certificate, clients, List.of(protocols))
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) ->
                        response.header("Cache-Control", "max-age=60").sendString(Mono.just(request.protocol())))
                .bindNow();
        origins.add(server);
        return "https://localhost:" + server.port();
    }

    @BeforeAll
    void start() throws IOException {
        Files.copy(pem("stranger"), folder.resolve("trusted.pem"));
        String plain = "https://localhost:"
                + HttpServer.create().host("127.0.0.1").port(0).bindNow().port();
        int nobody;
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = closed.getLocalPort();
        }
        gateway.with(
                "--tidemark.origins.ssl-bundle=origins",
                "--tidemark.origins.retries=0",
                "--spring.ssl.bundle.pem.origins.reload-on-update=true",
                "--spring.ssl.bundle.watch.file.quiet-period=100ms",
                "--spring.ssl.bundle.pem.origins.truststore.certificate=file:" + folder.resolve("trusted.pem"),
                "--spring.ssl.bundle.pem.origins.keystore.certificate=file:" + pem("client"),
                "--spring.ssl.bundle.pem.origins.keystore.private-key=file:" + pem("client"));
        gateway.route("good", origin("good", ClientAuth.NONE, HttpProtocol.HTTP11));
        gateway.route("knows-clients", origin("good", ClientAuth.REQUIRE, HttpProtocol.HTTP11));
        gateway.route("h2-only", origin("good", ClientAuth.NONE, HttpProtocol.H2));
        gateway.route("expired", origin("expired", ClientAuth.NONE, HttpProtocol.HTTP11));
        gateway.route("stranger", origin("stranger", ClientAuth.NONE, HttpProtocol.HTTP11));
        gateway.route("misnamed", origin("misnamed", ClientAuth.NONE, HttpProtocol.HTTP11));
        gateway.route("plain", plain);
        gateway.route("nobody", "https://localhost:" + nobody);
        gateway.route("nowhere", "https://nowhere.invalid");
        gateway.start();
        // The bundle trusts the stranger only, until it is loaded anew.
        assertThat(gateway.get("/cached/good").body()).contains("tls-untrusted");
        Files.copy(pem("ca"), folder.resolve("trusted.pem"), StandardCopyOption.REPLACE_EXISTING);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (gateway.get("/cached/good").statusCode() != 200) {
            assertThat(System.nanoTime()).as("the bundle is loaded anew").isLessThan(end);
        }
    }

    @AfterAll
    void stop() {
        gateway.close();
        origins.forEach(DisposableServer::disposeNow);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cached", "plainly"})
    void oneBundleServesAllRoutes(String kind) {
        assertThat(gateway.get("/" + kind + "/good").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/" + kind + "/knows-clients").statusCode()).isEqualTo(200);
        HttpResponse<String> http2 = gateway.get("/" + kind + "/h2-only");
        assertThat(http2.statusCode()).isEqualTo(200);
        assertThat(http2.body()).isEqualTo("HTTP/2.0");
        assertThat(http2.headers().map()).doesNotContainKey("x-http2-stream-id");
    }

    @Test
    void manyOverHttp2() {
        for (int i = 0; i < 50; i++) {
            HttpResponse<String> answer = gateway.get("/cached/h2-only/" + i);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(gateway.get("/cached/h2-only/" + i).headers().firstValue("X-Cache-Status"))
                    .contains("HIT");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "expired,  tls-expired,   origin-tls",
        "stranger, tls-untrusted, origin-tls",
        "misnamed, tls-name,      origin-tls",
        "plain,    tls,           origin-tls",
        "nobody,   refused,       origin-connect",
        "nowhere,  dns,           origin-connect"
    })
    void whyThereIsNoConnection(String name, String reason, String type) {
        HttpResponse<String> answer = gateway.get("/cached/" + name);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("urn:tidemark:problem:" + type + '"', "\"reason\":\"" + reason + '"');
        assertThat(answer.headers().firstValue("Cache-Status").orElse("")).contains("detail=\"" + reason + "\"");
        assertThat(Objects.requireNonNull(gateway.bean(MeterRegistry.class))
                        .get("tidemark.origin.calls")
                        .tag("outcome", reason)
                        .timer()
                        .count())
                .isPositive();
    }
}
