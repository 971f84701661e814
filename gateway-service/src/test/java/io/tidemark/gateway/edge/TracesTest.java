package io.tidemark.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.TraceContext;
import io.tidemark.gateway.fixtures.RunningGateway;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.store.TieredStore;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.fixtures.OtlpReceiver;
import io.tidemark.local.fixtures.OtlpReceiver.Received;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is told of requests to a receiver of traces. */
class TracesTest {
    private static OtlpReceiver receiver;
    private static Redis redis;
    private static RunningGateway gateway;
    private static final Map<String, String> TRACEPARENTS = new ConcurrentHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        receiver = new OtlpReceiver();
        redis = Redis.create(BackendOptions.named("traces").withMode(BackendMode.EMBEDDED));
        redis.start();
        gateway = RunningGateway.with(
                "--" + receiver.property(),
                "--tidemark.redis.enabled=true",
                "--tidemark.redis.budget=5s",
                "--spring.data.redis.url=" + redis.url());
        gateway.origin.otherwise(request -> {
            TRACEPARENTS.put(request.target(), String.valueOf(request.headers().first("traceparent")));
            boolean fails = request.target().contains("fails");
            return RunningGateway.response(
                    fails ? 503 : 200,
                    Headers.of("Cache-Control", fails ? "no-store" : "max-age=60", "X-Data-Version", "7"),
                    request.target(),
                    true);
        });
        while (!gateway.bean(TieredStore.class).isSharedUp()) {
            Thread.sleep(10);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        redis.close();
        receiver.close();
    }

    /** An id of a request whose trace, its own, is of the sampled share or not. */
    private static String id(boolean sampled) {
        LogSampling sampling = gateway.bean(LogSampling.class);
        return Stream.generate(RequestId::next)
                .filter(id -> sampling.includes(id) == sampled)
                .findFirst()
                .orElseThrow();
    }

    private static RunningGateway.Response get(String target, String... fields) throws IOException {
        return gateway.send("GET", target, Headers.of(fields));
    }

    @Test
    void aMissIsOneTraceFromTheRequestToTheOrigin() throws Exception {
        String target = gateway.newTarget() + "?who=somebody@example.org";
        String id = id(true);
        get(target, "X-Request-Id", id);
        Received server = receiver.await(id, span -> span.kind().equals("SERVER"));
        Received cache = receiver.await(id, span -> span.name().equals("cache"));
        Received lookUp = receiver.await(id, span -> span.name().equals("GET redis"));
        Received call = receiver.await(id, span -> span.name().equals("GET"));
        assertThat(server.parent()).isEmpty();
        assertThat(server.name()).isEqualTo("GET origin");
        assertThat(server.facts())
                .containsEntry("http.request.method", "GET")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("http.route", "origin")
                .containsEntry("url.path", target.split("\\?", 2)[0])
                .containsEntry("tidemark.cache.status", "MISS")
                .containsEntry("tidemark.data.version", "7")
                .containsEntry("tidemark.request.id", id)
                .containsEntry("resource:service.name", "gateway-service")
                .containsEntry("resource:tidemark.colo", "local");
        assertThat(cache.parent()).isEqualTo(server.id());
        assertThat(cache.facts())
                .containsEntry("tidemark.cache.decision", "fetch from the origin: uri-miss")
                .containsEntry("tidemark.cache.stored", "true")
                .containsKey("tidemark.purge.position");
        assertThat(lookUp.parent()).isEqualTo(cache.id());
        assertThat(lookUp.facts()).containsEntry("db.system.name", "redis");
        assertThat(call.parent()).isEqualTo(cache.id());
        assertThat(call.kind()).isEqualTo("CLIENT");
        assertThat(call.facts())
                .containsEntry("server.address", "127.0.0.1")
                .containsEntry("http.response.status_code", "200");
        assertThat(TRACEPARENTS).containsEntry(target, "00-" + id + '-' + call.id() + "-01");
        assertThat(receiver.trace(id))
                .allSatisfy(span -> assertThat(span.toString()).doesNotContain("somebody"));
    }

    @Test
    void aHitOfMemoryIsASpanOfItsOwn() throws Exception {
        String target = gateway.newTarget();
        get(target);
        get(target); // the hit route knows it from here on
        String id = id(true);
        assertThat(get(target, "X-Request-Id", id).headers().first("X-Cache-Status"))
                .isEqualTo("HIT");
        Received server = receiver.await(id, span -> span.kind().equals("SERVER"));
        assertThat(server.facts())
                .containsEntry("tidemark.cache.status", "HIT")
                .containsEntry("tidemark.cache.decision", "serve the stored response: fresh")
                .containsEntry("http.route", "origin")
                .containsKey("tidemark.purge.position");
        assertThat(receiver.trace(id)).hasSize(1);
    }

    @Test
    void whoComesInATraceIsPartOfIt() throws Exception {
        String trace = id(true);
        get(gateway.newTarget(), "traceparent", "00-" + trace + "-00f067aa0ba902b7-00");
        Received server = receiver.await(trace, span -> span.kind().equals("SERVER"));
        assertThat(server.parent()).isEqualTo("00f067aa0ba902b7");
    }

    @Test
    void whatEndsBadlyIsKeptWithAllItsStepsThoughItIsNotSampled() throws Exception {
        String well = id(false);
        String badly = id(false);
        get(gateway.newTarget(), "X-Request-Id", well);
        assertThat(get(gateway.newTarget() + "/fails", "X-Request-Id", badly).status())
                .isEqualTo(503);
        Received server = receiver.await(badly, span -> span.kind().equals("SERVER"));
        assertThat(server.facts()).containsEntry("tidemark.kept", "error").containsEntry("error.type", "503");
        assertThat(receiver.trace(badly)).extracting(Received::name).contains("cache", "GET redis", "GET");
        assertThat(receiver.trace(well)).isEmpty();
        assertThat(TRACEPARENTS.values()).anyMatch(field -> field.startsWith("00-" + badly) && field.endsWith("-00"));
    }

    @Test
    void idsAreRightHoweverManyRequestsAreUnderWay() throws Exception {
        int many = 300;
        String base = gateway.newTarget();
        Map<String, String> traces = new HashMap<>();
        List<Callable<RunningGateway.Response>> requests = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            String target = base + '/' + i;
            String trace = id(true);
            traces.put(target, trace);
            requests.add(() -> get(target, "traceparent", "00-" + trace + "-00000000000000ff-01"));
        }
        try (var threads = Executors.newFixedThreadPool(40)) {
            for (Future<RunningGateway.Response> answer : threads.invokeAll(requests)) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
        }
        for (Map.Entry<String, String> request : traces.entrySet()) {
            String trace = request.getValue();
            Received server = receiver.await(trace, span -> span.kind().equals("SERVER"));
            Received cache = receiver.await(trace, span -> span.name().equals("cache"));
            Received call = receiver.await(trace, span -> span.name().equals("GET"));
            assertThat(server.facts()).containsEntry("url.path", request.getKey());
            assertThat(server.parent()).isEqualTo("00000000000000ff");
            assertThat(cache.parent()).isEqualTo(server.id());
            assertThat(call.parent()).isEqualTo(cache.id());
            assertThat(TRACEPARENTS).containsEntry(request.getKey(), "00-" + trace + '-' + call.id() + "-01");
            assertThat(receiver.trace(trace)).hasSize(4);
        }
    }

    @Test
    void aReceiverThatTakesNothingIsNoClientsConcern() throws Exception {
        MeterRegistry metrics = gateway.bean(MeterRegistry.class);
        double before = dropped(metrics);
        receiver.answersWith(400);
        try {
            String id = id(true);
            assertThat(get(gateway.newTarget(), "X-Request-Id", id).status()).isEqualTo(200);
            long start = System.nanoTime();
            while (dropped(metrics) - before < 4
                    && System.nanoTime() - start < Duration.ofSeconds(30).toNanos()) {
                Thread.sleep(20);
            }
            assertThat(dropped(metrics) - before).isGreaterThanOrEqualTo(4);
            assertThat(receiver.trace(id)).isEmpty();
        } finally {
            receiver.answersWith(200);
        }
        String id = id(true);
        get(gateway.newTarget(), "X-Request-Id", id);
        receiver.await(id, span -> span.kind().equals("SERVER"));
    }

    private static double dropped(MeterRegistry metrics) {
        return metrics.get("tidemark.spans.dropped")
                .tag("reason", "failed")
                .functionCounter()
                .count();
    }

    @Test
    void withoutAnEndpointWhatCameIsPassedOnAndNothingIsLoaded() throws Exception {
        RunningGateway off = RunningGateway.get();
        String target = off.newTarget();
        Map<String, String> seen = new ConcurrentHashMap<>();
        off.origin.on(target, request -> {
            seen.put("field", String.valueOf(request.headers().first(TraceContext.FIELD)));
            return RunningGateway.response(200, Headers.of("Cache-Control", "no-store"), "x", true);
        });
        String field = "00-" + RequestId.next() + "-00f067aa0ba902b7-01";
        off.send("GET", target, Headers.of("traceparent", field));
        assertThat(seen).containsEntry("field", field);
        assertThat(off.bean(MeterRegistry.class).find("tidemark.spans.sent").functionCounter())
                .isNull();
    }
}
