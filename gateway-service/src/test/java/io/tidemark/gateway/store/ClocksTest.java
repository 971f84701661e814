package io.tidemark.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.commons.time.ClockSteps;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/** Somebody sets the clock. */
class ClocksTest {
    @Test
    void aBreakerDoesNotStayOpenForAsLongAsTheClockWasSetBack() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        AtomicReference<Duration> set = new AtomicReference<>(Duration.ZERO);
        InstantSource clock = () -> Instant.now().plus(set.get());
        try (GatewayUnderTest gateway = new GatewayUnderTest(
                InstantSource.class,
                clock,
                "--tidemark.origin=http://127.0.0.1:" + port,
                "--tidemark.origins.retries=0")) {
            until("the breaker is open", () -> gateway.get("/x").code() == 503);
            set.set(Duration.ofMinutes(-10));
            HttpServer origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            origin.createContext("/", exchange -> {
                exchange.sendResponseHeaders(204, -1);
                exchange.close();
            });
            origin.start();
            try {
                until("the origin is asked again", () -> gateway.get("/x").code() == 204);
            } finally {
                origin.stop(0);
            }
        }
    }

    /** RFC 9111 §4.2.3: the apparent age counts where clocks are reasonably synchronized. */
    @Test
    void whatAGatewayStoresWhoseClockIsAheadIsNotStaleAtOnce() throws Exception {
        HttpServer origin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        origin.createContext(
                "/",
                exchange -> { // which adds a Date
                    exchange.getResponseHeaders().add("Cache-Control", "max-age=60");
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        origin.start();
        InstantSource clock = () -> Instant.now().plusSeconds(600);
        try (GatewayUnderTest gateway = new GatewayUnderTest(
                InstantSource.class,
                clock,
                "--tidemark.origin=http://127.0.0.1:" + origin.getAddress().getPort())) {
            AtomicLong path = new AtomicLong();
            until("the difference is known", () -> {
                String asked = "/" + path.incrementAndGet();
                return gateway.get(asked).code() == 200
                        && gateway.get(asked).status().equals("HIT");
            });
            assertThat(gateway.get("/" + path).age()).isIn("0", "1", "2", "3", "4", "5");
        } finally {
            origin.stop(0);
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited too long until " + what).isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void whatIsStoredIsForgottenWhenTheClockIsSetBackAndOnlyThen() {
        AtomicLong nanos = new AtomicLong();
        AtomicReference<Instant> wall = new AtomicReference<>(Instant.EPOCH);
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        AtomicLong cleared = new AtomicLong();
        AtomicLong told = new AtomicLong();
        ClockWatch watch = new ClockWatch(
                new ClockSteps(wall::get, nanos::get),
                cleared::incrementAndGet,
                step -> told.addAndGet(step.toSeconds()),
                Schedulers.immediate(),
                metrics);
        for (int second = 0; second < 10; second++) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            wall.updateAndGet(before -> before.plusMillis(1001));
            watch.look();
        }
        assertThat(metrics.find("tidemark.clock.steps").counters()).isEmpty();
        wall.updateAndGet(before -> before.plusSeconds(600));
        watch.look();
        assertThat(cleared).hasValue(0);
        assertThat(told).hasValue(600);
        assertThat(metrics.get("tidemark.clock.steps")
                        .tag("direction", "forward")
                        .counter()
                        .count())
                .isEqualTo(1);
        wall.updateAndGet(before -> before.minusSeconds(600));
        watch.look();
        assertThat(cleared).hasValue(1);
    }
}
