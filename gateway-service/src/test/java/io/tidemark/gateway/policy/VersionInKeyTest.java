package io.tidemark.gateway.policy;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.gateway.hit.Hits;
import io.tidemark.gateway.purge.Purger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A policy with {@code version-from}: a bump of the version alone makes every response of its routes a new one. */
class VersionInKeyTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger cmsVersion = new AtomicInteger(1);

    @SuppressWarnings("NullAway.Init") // by start
    private ConfigurableApplicationContext gateway;

    private void start(String... properties) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        String[] all = {
            "--spring.profiles.active=standalone",
            "--server.port=0",
            "--tidemark.management-port=0",
            "--tidemark.log.sample-rate=0",
            "--tidemark.origin=" + origin.uri()
        };
        List<String> arguments = new java.util.ArrayList<>(List.of(all));
        arguments.addAll(List.of(properties));
        gateway = application.run(arguments.toArray(String[]::new));
        origin.on("/page", exchange -> send(exchange, 200, "page", "Cache-Control", "max-age=600"));
        origin.on("/version", exchange -> send(exchange, 200, "cms " + cmsVersion.get()));
    }

    @AfterEach
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
        origin.close();
    }

    private String read(String path) throws Exception {
        String port = gateway.getEnvironment().getRequiredProperty("local.server.port");
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT)
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("X-Cache-Status").orElse("");
    }

    private void purge(Target target, Purge.Mode mode) {
        gateway.getBean(Purger.class)
                .purge(List.of(target), mode, null)
                .toCompletableFuture()
                .join();
    }

    @Test
    void aHardPurgeOfTheTagRenewsResponsesThatDoNotCarryIt() throws Exception {
        start("--tidemark.policies.standard.version-from=tag:site");
        assertThat(read("/page")).isEqualTo("MISS");
        assertThat(read("/page")).isEqualTo("HIT");
        assertThat(read("/page")).isEqualTo("HIT");

        purge(Target.tag("site"), Purge.Mode.HARD);
        assertThat(read("/page")).isEqualTo("MISS");
        assertThat(read("/page")).isEqualTo("HIT");

        purge(Target.tag("site"), Purge.Mode.HARD);
        assertThat(read("/page")).isEqualTo("MISS");
        assertThat(read("/page")).isEqualTo("HIT");
        assertThat(origin.calls("/page")).isEqualTo(3);
    }

    @Test
    void anotherTagsPurgeAndASoftOneChangeNothing() throws Exception {
        start("--tidemark.policies.standard.version-from=tag:site");
        read("/page");
        purge(Target.tag("site-2"), Purge.Mode.HARD);
        purge(Target.tag("site"), Purge.Mode.SOFT);
        assertThat(read("/page")).isEqualTo("HIT");
    }

    @Test
    void theHitRouteAnswersVersionedHitsAndNoneOfAnOlderVersion() throws Exception {
        start("--tidemark.policies.standard.version-from=tag:site");
        read("/page");
        read("/page");
        long before = gateway.getBean(Hits.class).answers();
        assertThat(read("/page")).isEqualTo("HIT");
        assertThat(gateway.getBean(Hits.class).answers()).isEqualTo(before + 1);
        purge(Target.tag("site"), Purge.Mode.HARD);
        assertThat(read("/page")).isEqualTo("MISS");
        assertThat(gateway.getBean(Hits.class).answers()).isEqualTo(before + 1);
    }

    @Test
    void aBumpOfWhatAUrlSaysRenewsAll() throws Exception {
        start(
                "--tidemark.policies.standard.version-from=url:" + origin.uri() + "/version",
                "--tidemark.policies.standard.version-max-age=1s");
        read("/page");
        assertThat(read("/page")).isEqualTo("HIT");
        assertThat(read("/page")).isEqualTo("HIT");
        cmsVersion.incrementAndGet();
        await().pollInterval(Duration.ofMillis(20))
                .atMost(LIMIT)
                .until(() -> read("/page").equals("MISS"));
        assertThat(read("/page")).isEqualTo("HIT");
    }

    @Test
    void aUrlThatFailsLeavesTheLastVersionStanding() throws Exception {
        start(
                "--tidemark.policies.standard.version-from=url:" + origin.uri() + "/version",
                "--tidemark.policies.standard.version-max-age=100ms");
        read("/page");
        origin.on("/version", exchange -> send(exchange, 500, "out of order"));
        int asked = origin.calls("/version");
        await().pollInterval(Duration.ofMillis(20)).atMost(LIMIT).until(() -> {
            assertThat(read("/page")).isEqualTo("HIT");
            return origin.calls("/version") > asked + 1;
        });
    }

    @Test
    void whatIsNeitherTagNorUrlIsRefusedAtTheStart() {
        assertThatThrownBy(() -> start("--tidemark.policies.standard.version-from=site"))
                .rootCause()
                .hasMessageContaining("version-from must be tag:<tag> or url:<absolute HTTP URL>, not \"site\"");
    }
}
