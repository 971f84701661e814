package io.tidemark.gateway.hit;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The worker that keeps the hottest responses fresh; the test makes its rounds, and time stands still. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HottestRefreshTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private ConfigurableApplicationContext gateway;
    private HottestRefresh worker;

    @BeforeAll
    void start() {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.addInitializers(context -> ((GenericApplicationContext) context)
                .registerBean(
                        "standingClock",
                        InstantSource.class,
                        () -> InstantSource.fixed(NOW),
                        bean -> bean.setPrimary(true)));
        gateway = application.run(
                "--spring.profiles.active=standalone",
                "--server.port=0",
                "--tidemark.management-port=0",
                "--tidemark.log.sample-rate=0",
                "--tidemark.refresh.rate=2",
                "--tidemark.policies.standard.refresh-hottest=3",
                "--tidemark.origin=" + origin.uri());
        worker = gateway.getBean(HottestRefresh.class);
        worker.destroy(); // its rounds are the test's
    }

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        int port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Cookie", "who=somebody")
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Its first answer is so many seconds old on arrival, of sixty that it lives; later ones are new. */
    private void heat(String path, int age, int times) throws Exception {
        origin.on(path, exchange -> {
            if (exchange.getRequestHeaders().containsKey("Cookie")) {
                send(exchange, 200, "first", "Cache-Control", "max-age=60", "Age", Integer.toString(age));
            } else {
                send(exchange, 200, "refreshed", "Cache-Control", "max-age=60");
            }
        });
        for (int i = 0; i < times; i++) {
            assertThat(get(path).body()).isEqualTo("first");
        }
    }

    private double begun() {
        return gateway.getBean(MeterRegistry.class)
                .get("tidemark.refresh.hottest")
                .counter()
                .count();
    }

    private void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("calls of d, e, f: " + origin.calls("/d") + origin.calls("/e") + origin.calls("/f"))
                    .isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void theHottestAreRefreshedInTimeByAtMostTheRateAndWithoutAClientsFields() throws Exception {
        heat("/young", 10, 40);
        worker.round();
        assertThat(begun()).as("nothing is due yet").isZero();

        heat("/cold", 50, 2);
        for (String path : new String[] {"/a", "/b"}) {
            heat(path, 50, 30); // the hottest three, with /young
        }
        worker.round();
        assertThat(begun())
                .as("ten seconds before their end nothing is due either")
                .isZero();

        for (String path : new String[] {"/d", "/e", "/f"}) {
            heat(path, 55, 60);
        }
        worker.round();
        assertThat(begun()).as("at most two a round").isEqualTo(2);
        until(() -> refreshed() == 2);
        until(() -> {
            worker.round();
            return refreshed() == 3;
        });
        for (String path : new String[] {"/d", "/e", "/f"}) {
            until(() -> bodyOf(path).equals("refreshed"));
            assertThat(origin.calls(path)).isEqualTo(2);
        }
        assertThat(origin.calls("/cold")).isEqualTo(1);
    }

    private String bodyOf(String path) {
        try {
            return get(path).body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** How many of the hot ones the origin has confirmed. */
    private long refreshed() {
        return java.util.stream.Stream.of("/d", "/e", "/f")
                .filter(path -> origin.calls(path) >= 2)
                .count();
    }
}
