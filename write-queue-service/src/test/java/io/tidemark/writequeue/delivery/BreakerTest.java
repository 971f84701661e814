package io.tidemark.writequeue.delivery;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** An origin that is down: its writes wait, their attempts are not used up, and types that do not queue are refused. */
@Timeout(240)
class BreakerTest {
    private static final Duration OPEN_FOR = Duration.ofSeconds(1);
    private static ScriptedOrigin origin;
    private static RunningService service;
    private static int away;

    /** By how much the service's wall clock was set. */
    private static volatile Duration step = Duration.ZERO;

    @BeforeAll
    static void start() throws IOException {
        try (ServerSocket closed = new ServerSocket(0)) {
            away = closed.getLocalPort();
        }
        origin = new ScriptedOrigin();
        service = new RunningService(
                Backends.shared(),
                origin.url(),
                new SetClock(),
                "tidemark.writes.delivery.retry.base=5ms",
                "tidemark.writes.delivery.retry.max=20ms",
                "tidemark.writes.delivery.breaker.window=4",
                "tidemark.writes.delivery.breaker.failure-rate=100",
                "tidemark.writes.delivery.breaker.open-for=" + OPEN_FOR,
                "tidemark.writes.delivery.breaker.probes=1",
                "tidemark.writes.origins.away.url=http://127.0.0.1:" + away,
                "tidemark.writes.types.[far.order].origin=away",
                "tidemark.writes.types.[far.order].path=/api/far",
                "tidemark.writes.types.[far.order].ordering-key=far:{customerId}",
                "tidemark.writes.types.[urgent.order].origin=catalog",
                "tidemark.writes.types.[urgent.order].path=/api/urgent",
                "tidemark.writes.types.[urgent.order].ordering-key=urgent:{customerId}",
                "tidemark.writes.types.[urgent.order].when-origin-down=reject");
    }

    private static final class SetClock extends Clock {
        @Override
        public Instant instant() {
            return Instant.now().plus(step);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
    }

    private static List<Instant> callsAfter(Instant moment) {
        return origin.calls().stream()
                .map(ScriptedOrigin.Call::at)
                .filter(at -> at.isAfter(moment))
                .sorted()
                .toList();
    }

    @Test
    void burnsNoAttemptsAndIsToldToThoseWhoDoNotWait() throws Exception {
        origin.otherwise(_ -> Answer.of(503));
        List<String> writeIds = new ArrayList<>();
        for (int n = 0; n < 12; n++) {
            writeIds.add(service.post("/v1/writes", order(unique("c"), Map.of("n", n)))
                    .json()
                    .path("writeId")
                    .asString());
        }
        awaitOpen();
        Instant allElseHasArrived = Instant.now().plus(OPEN_FOR);
        await("three probes")
                .atMost(Duration.ofSeconds(30))
                .until(() -> callsAfter(allElseHasArrived).size() >= 3);
        List<Instant> probes = callsAfter(allElseHasArrived);
        for (int n = 1; n < probes.size(); n++) {
            assertThat(Duration.between(probes.get(n - 1), probes.get(n)))
                    .as("between probes, which each write would make every 20 ms")
                    .isGreaterThan(OPEN_FOR.minusMillis(100));
        }
        for (String writeId : writeIds) {
            assertThat(service.get("/v1/writes/" + writeId)
                            .json()
                            .path("status")
                            .asString())
                    .isIn("accepted", "delivering", "retrying");
        }

        origin.otherwise(_ -> Answer.of(200));
        int attempts = 0;
        for (String writeId : writeIds) {
            JsonNode status = service.await(writeId, is("delivered"));
            attempts += status.path("attempts").size();
        }
        assertThat(origin.calls().stream().filter(call -> writeIds.contains(call.header("Idempotency-key"))))
                .hasSize(attempts);
        await("who does not wait is accepted again")
                .atMost(Duration.ofSeconds(30))
                .until(() -> service.post("/v1/writes", urgent()).status() == 202);
    }

    private static String urgent() {
        return "{\"type\":\"urgent.order\",\"data\":{\"customerId\":\"" + unique("c") + "\"}}";
    }

    private static void awaitOpen() {
        await("the breaker is open").atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            Reply refused = service.post("/v1/writes", urgent());
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("type").asString()).isEqualTo("urn:tidemark:problem:origin-down");
            assertThat(refused.header("Retry-After")).isNotEmpty();
        });
    }

    /** Ten minutes are longer than anybody waits here. */
    @ParameterizedTest
    @ValueSource(ints = {-10, 10})
    void aClockThatIsSetWhileItIsOpenKeepsNothingFromBeingDelivered(int minutes) throws Exception {
        origin.otherwise(_ -> Answer.of(503));
        List<String> writeIds = new ArrayList<>();
        for (int n = 0; n < 6; n++) {
            writeIds.add(service.accept(order(unique("c"), Map.of("n", n))));
        }
        awaitOpen();
        step = step.plusMinutes(minutes);
        origin.otherwise(_ -> Answer.of(200));
        for (String writeId : writeIds) {
            service.await(writeId, is("delivered"));
        }
    }

    @Test
    void whatWasNotSentBurnsNoAttempt() throws Exception {
        String writeId = service.accept("{\"type\":\"far.order\",\"data\":{\"customerId\":\"" + unique("c") + "\"}}");
        String attempts = "tidemark.writes.attempts";
        await("more than a write has attempts")
                .atMost(Duration.ofSeconds(60))
                .until(() ->
                        service
                                        .context()
                                        .getBean(MeterRegistry.class)
                                        .find(attempts)
                                        .tags("origin", "away")
                                        .timers()
                                        .stream()
                                        .mapToLong(Timer::count)
                                        .sum()
                                > 7);
        JsonNode waiting = service.await(writeId, is("retrying"));
        assertThat(waiting.path("attempts").size()).as("one stands for all").isEqualTo(1);
        assertThat(waiting.at("/attempts/0/error").asString()).contains("not sent, refused");
        HttpServer back = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), away), 0);
        back.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        back.start();
        try {
            JsonNode delivered = service.await(writeId, is("delivered"));
            assertThat(delivered.at("/attempts/1/number").asInt()).isEqualTo(1);
        } finally {
            back.stop(0);
        }
    }
}
