package io.tidemark.gateway.edge;

import static io.tidemark.gateway.fixtures.ScriptedOrigin.send;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.fixtures.GatewayUnderTest;
import io.tidemark.gateway.fixtures.GatewayUnderTest.Got;
import io.tidemark.gateway.fixtures.ScriptedOrigin;
import io.tidemark.gateway.purge.PurgeView;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client's fields may cost the origin and the others. */
class ForcedCallsTest {
    @Test
    void oneCallForEachKeyAndInterval() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // the monotonic clock may overflow
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        ForcedCalls calls = new ForcedCalls(now::get, metrics);
        CacheKey a = new CacheKey("r", "http", "h", "/a", null, "");
        CacheKey b = new CacheKey("r", "http", "h", "/b", null, "");
        Duration interval = Duration.ofNanos(10);

        assertThat(calls.admits(a, interval)).isTrue();
        assertThat(calls.admits(a, interval)).isFalse();
        assertThat(calls.admits(b, interval)).isTrue();
        now.addAndGet(9);
        assertThat(calls.admits(a, interval)).isFalse();
        now.addAndGet(1);
        assertThat(calls.admits(a, interval)).isTrue();
        assertThat(calls.admits(a, interval)).isFalse();
        assertThat(calls.admits(a, Duration.ZERO)).isTrue();
        assertThat(metrics.counter("tidemark.forced.refused").count()).isEqualTo(3);
    }

    /** Nothing is replaced. */
    private record Nothing() {}

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class AtTheGateway {
        private final ScriptedOrigin origin = new ScriptedOrigin();
        private final GatewayUnderTest gateway = new GatewayUnderTest(
                Nothing.class,
                new Nothing(),
                "--tidemark.origin=" + origin.uri(),
                "--tidemark.policies.standard.forced-interval=1h",
                "--tidemark.policies.standard.store-client-errors=false");
        private int paths;

        @AfterAll
        void stop() {
            gateway.close();
            origin.close();
        }

        private String stored() {
            String path = "/" + paths++;
            origin.on(path, exchange -> {
                String accept = String.valueOf(exchange.getRequestHeaders().getFirst("Accept"));
                if (accept.equals("application/xml")) {
                    send(exchange, 406, "no", "Cache-Control", "max-age=60");
                } else if (exchange.getRequestHeaders().containsKey("If-match")) {
                    send(exchange, 412, "no");
                } else {
                    send(exchange, 200, "fresh", "Cache-Control", "max-age=600", "ETag", "\"a\"");
                }
            });
            gateway.get(path);
            return path;
        }

        @ParameterizedTest(name = "{0}: {1} in a loop")
        @CsvSource({
            "Cache-Control, no-cache", "Cache-Control, no-store", "Cache-Control, max-age=0",
            "Cache-Control, min-fresh=100000", "Pragma, no-cache", "If-Match, \"none\"",
            "If-Unmodified-Since, 'Thu, 01 Jan 1970 00:00:00 GMT'"
        })
        void costsOneCall(String name, String value) {
            String path = stored();
            gateway.get(path, name, value);
            int before = origin.calls(path);

            for (int i = 0; i < 10; i++) {
                assertThat(gateway.get(path, name, value))
                        .extracting(Got::code, Got::status, Got::body)
                        .containsExactly(200, "HIT", "fresh");
            }

            assertThat(origin.calls(path)).isEqualTo(before).isEqualTo(2);
        }

        @Test
        void whatIsNotStoredIsStillAsked() {
            String path = "/unstored";
            origin.on(path, exchange -> send(exchange, 200, "x", "Cache-Control", "no-store"));
            for (int i = 0; i < 3; i++) {
                gateway.get(path, "Cache-Control", "no-cache");
            }

            assertThat(origin.calls(path)).isEqualTo(3);
        }

        @Test
        void aTokenBeyondTheLogsEndIsRefusedAndNamed() {
            String path = stored();
            Position end = gateway.bean(PurgeView.class).positionAtSend();
            String beyond = end.epoch() + ":999999999";

            Got refused = gateway.get(path, "Edge-Read-After", beyond, "Accept", "application/xml");

            assertThat(refused.code()).isEqualTo(400);
            assertThat(refused.body()).contains("read-after-beyond-end", beyond, end.toString());
            assertThat(gateway.get(path)).extracting(Got::status, Got::body).containsExactly("HIT", "fresh");
            assertThat(origin.calls(path)).isEqualTo(1);
        }

        @ParameterizedTest(name = "a token of another log: {0}")
        @ValueSource(strings = {"gone:1", "gone:999999999"})
        void aTokenOfALogThatIsGoneForcesNothing(String token) {
            String path = stored();
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.get(path, "Edge-Read-After", token, "Accept", "application/xml"))
                        .extracting(Got::status, Got::body)
                        .containsExactly("HIT", "fresh");
            }
            assertThat(origin.calls(path)).isEqualTo(1);
        }
    }
}
