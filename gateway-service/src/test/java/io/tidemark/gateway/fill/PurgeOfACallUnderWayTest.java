package io.tidemark.gateway.fill;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A call to the origin that a purge overtakes: who may share its answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PurgeOfACallUnderWayTest {
    private final ScriptedOrigin origin = new ScriptedOrigin();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final GatewayUnderTest gateway = new GatewayUnderTest(
            "--tidemark.origin=" + origin.uri(),
            "--tidemark.policies.standard.first-byte-timeout=1m",
            "--tidemark.policies.standard.collapse-wait=1m");

    @AfterAll
    void stop() {
        gateway.close();
        origin.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port("local.server.port") + path))
                .timeout(Duration.ofSeconds(30));
    }

    @Test
    void aPurgeOfAnotherTagDoesNotSplitACallUnderWay() throws Exception {
        assertThat(whileAPurgeOf("other", "/joined")).containsOnly("v1");
        assertThat(origin.calls("/joined")).isEqualTo(1);
    }

    @Test
    void whoComesAfterAPurgeOfItsTagNeverGetsTheAnswerOfACallBefore() throws Exception {
        List<String> bodies = whileAPurgeOf("own", "/split");
        assertThat(bodies.getFirst()).isEqualTo("v1");
        assertThat(bodies.subList(1, bodies.size())).containsOnly("v2");
        assertThat(origin.calls("/split")).isEqualTo(2);
    }

    /** The leader gets "v1" once all who come after the purge are there, whoever asks the origin after it "v2" at once. */
    private List<String> whileAPurgeOf(String tag, String path) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger version = new AtomicInteger();
        origin.on(path, exchange -> {
            int mine = version.incrementAndGet();
            if (mine == 1) {
                await(release);
            }
            send(exchange, 200, "v" + mine, "Cache-Control", "max-age=60", "Cache-Groups", "\"own\"");
        });
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        answers.add(client.sendAsync(request(path).build(), BodyHandlers.ofString()));
        while (version.get() == 0) {
            LockSupport.parkNanos(1_000_000);
        }
        gateway.bean(Purger.class)
                .purge(List.of(Target.tag(tag)), Purge.Mode.HARD, null)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 20; i++) {
            answers.add(client.sendAsync(request(path).build(), BodyHandlers.ofString()));
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> underWay() == answers.size());
        release.countDown();
        List<String> bodies = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            bodies.add(answer.get(30, TimeUnit.SECONDS).body());
        }
        return bodies;
    }

    /** How many requests have arrived and have no answer yet. */
    private int underWay() {
        return gateway.bean(MeterRegistry.class).find("http.server.requests.active").longTaskTimers().stream()
                .mapToInt(LongTaskTimer::activeTasks)
                .sum();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
