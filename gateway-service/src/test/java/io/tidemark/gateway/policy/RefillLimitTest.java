package io.tidemark.gateway.policy;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.GatewayApplication;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.gateway.purge.Purger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** After a purge of much, the origin gets as many calls at a time as the policy allows. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class RefillLimitTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PAGES = 10;

    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore gate = new Semaphore(0);
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    @SuppressWarnings("NullAway.Init") // by start
    private ConfigurableApplicationContext gateway;

    private volatile boolean slow;

    private void start(int waiting) throws Exception {
        gateway = new SpringApplication(GatewayApplication.class)
                .run(
                        "--spring.profiles.active=standalone",
                        "--server.port=0",
                        "--tidemark.management-port=0",
                        "--tidemark.origin=" + origin.uri(),
                        "--tidemark.policies.standard.refill-concurrency=2",
                        "--tidemark.policies.standard.refill-waiting=" + waiting);
        for (int page = 0; page < PAGES; page++) {
            origin.on("/" + page, exchange -> {
                if (slow) {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    gate.acquireUninterruptibly();
                    underWay.decrementAndGet();
                }
                send(
                        exchange,
                        200,
                        "page",
                        "Cache-Control",
                        "max-age=600, stale-while-revalidate=600",
                        "Cache-Tag",
                        "page");
            });
            read(page).get();
        }
        slow = true;
    }

    @AfterEach
    void stop() {
        gate.release(1000);
        gateway.close();
        origin.close();
    }

    private CompletableFuture<HttpResponse<String>> read(int page) {
        String port = gateway.getEnvironment().getRequiredProperty("local.server.port");
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + page))
                        .timeout(LIMIT)
                        .build(),
                BodyHandlers.ofString());
    }

    private List<CompletableFuture<HttpResponse<String>>> readAll() {
        List<CompletableFuture<HttpResponse<String>>> reads = new ArrayList<>();
        for (int page = 0; page < PAGES; page++) {
            reads.add(read(page));
        }
        return reads;
    }

    private void purge(Purge.Mode mode) {
        gateway.getBean(Purger.class)
                .purge(List.of(Target.tag("page")), mode, null)
                .toCompletableFuture()
                .join();
    }

    private double gauge(String name) {
        return gateway.getBean(MeterRegistry.class)
                .get(name)
                .tag("route", "origin")
                .gauge()
                .value();
    }

    private static String status(HttpResponse<?> answer) {
        return answer.headers().firstValue("X-Cache-Status").orElse("");
    }

    @Test
    void hardPurgedPagesAreFetchedTwoAtATimeAndAllAreAnswered() throws Exception {
        start(100);
        purge(Purge.Mode.HARD);

        List<CompletableFuture<HttpResponse<String>>> reads = readAll();

        await().atMost(LIMIT).until(() -> gauge("tidemark.refill.waiting") == PAGES - 2);
        assertThat(gauge("tidemark.refill.calls")).isEqualTo(2);
        gate.release(PAGES);
        for (CompletableFuture<HttpResponse<String>> read : reads) {
            assertThat(read.get().statusCode()).isEqualTo(200);
            assertThat(status(read.get())).isEqualTo("MISS");
        }
        assertThat(most).hasValue(2);
        await().atMost(LIMIT).until(() -> gauge("tidemark.refill.calls") == 0 && gauge("tidemark.refill.waiting") == 0);
    }

    @Test
    void softlyPurgedPagesAreServedMeanwhile() throws Exception {
        start(100);
        purge(Purge.Mode.SOFT);

        for (CompletableFuture<HttpResponse<String>> read : readAll()) {
            assertThat(status(read.get())).isEqualTo("STALE");
        }

        await().atMost(LIMIT).until(() -> underWay.get() == 2);
        gate.release(PAGES);
        await().atMost(LIMIT).until(() -> {
            for (CompletableFuture<HttpResponse<String>> read : readAll()) {
                if (!status(read.get()).equals("HIT")) {
                    return false;
                }
            }
            return true;
        });
        assertThat(most).hasValue(2);
    }

    @Test
    void whoeverFindsNoPlaceToWaitIsToldToComeBack() throws Exception {
        start(1);
        purge(Purge.Mode.HARD);

        List<CompletableFuture<HttpResponse<String>>> reads = readAll();

        await().atMost(LIMIT)
                .until(() -> reads.stream().filter(CompletableFuture::isDone).count() == PAGES - 3);
        for (CompletableFuture<HttpResponse<String>> read : reads) {
            if (read.isDone()) {
                assertThat(read.get().statusCode()).isEqualTo(503);
                assertThat(read.get().headers().firstValue("Retry-After")).isPresent();
                assertThat(read.get().body()).contains("origin-overloaded");
            }
        }
        gate.release(PAGES);
        assertThat(reads.stream().filter(read -> read.join().statusCode() == 200))
                .hasSize(3);
        assertThat(most).hasValue(2);
    }
}
