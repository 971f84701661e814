package io.tidemark.originstub.faults;

import static io.tidemark.originstub.Stub.assertProblem;
import static io.tidemark.originstub.Stub.header;
import static io.tidemark.originstub.Stub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.originstub.Stub;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults on demand. */
class FaultsTest {
    private static Stub stub;

    @BeforeAll
    static void start() {
        stub = new Stub();
    }

    @AfterAll
    static void stop() {
        stub.close();
    }

    private void fault(String json) throws Exception {
        assertThat(stub.put("/stub/faults", json).statusCode()).isEqualTo(200);
    }

    @Test
    void areOfAPrefixAndReplacedAsAWhole() throws Exception {
        fault("{\"path\":\"/api/products/f1\",\"status\":503,\"rate\":1.0}");
        var failed = stub.get("/api/products/f1-a", "X-Request-Id", "r-2");
        assertProblem(failed, 503, "fault-on-demand");
        assertThat(header(failed, "X-Request-Id")).isEqualTo("r-2");
        assertThat(stub.get("/api/products/other").statusCode()).isEqualTo(200);

        fault("{\"path\":\"/api/products/f1\",\"latency\":\"50ms\"}");
        long start = System.nanoTime();
        assertThat(stub.get("/api/products/f1-a").statusCode()).isEqualTo(200);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(49));
        assertThat(json(stub.get("/stub/faults")).path(0).path("latency").asString())
                .isEqualTo("50ms");

        fault("{\"path\":\"/api/products/f1\"}");
        assertThat(json(stub.get("/stub/faults"))).isEmpty();
    }

    @Test
    void ofAShareHitAboutThatShare() throws Exception {
        fault("{\"path\":\"/api/products/f2\",\"status\":500,\"rate\":0.5}");
        int failed = 0;
        for (int i = 0; i < 200; i++) {
            failed += stub.get("/api/products/f2").statusCode() == 500 ? 1 : 0;
        }
        assertThat(failed).isBetween(50, 150); // beyond 7 standard deviations
        fault("{\"path\":\"/api/products/f2\",\"status\":500,\"rate\":0}");
        assertThat(stub.get("/api/products/f2").statusCode()).isEqualTo(200);
    }

    @Test
    void disconnectBreaksEveryAnswerOff() throws Exception {
        fault("{\"path\":\"/api/products/f3\",\"disconnect\":true}");
        for (int i = 0; i < 30; i++) {
            assertThatThrownBy(() -> stub.get("/api/products/f3")).isInstanceOf(IOException.class);
        }
        fault("{\"path\":\"/api/products/f3\",\"disconnect\":false}");
        assertThat(stub.get("/api/products/f3").statusCode()).isEqualTo(200);
    }

    @Test
    void hangAnswersNothingUntilItIsReplaced() throws Exception {
        fault("{\"path\":\"/api/products/f4\",\"hang\":true}");
        var hanging = CompletableFuture.supplyAsync(() -> {
            try {
                // a POST, which the client does not send again by itself
                return stub.post("/api/products/f4", "").statusCode();
            } catch (Exception broken) {
                return -1;
            }
        });
        while (!stub.get("/stub/calls").body().contains("/api/products/f4")) {
            Thread.onSpinWait();
        }
        assertThat(hanging).isNotDone();
        fault("{\"path\":\"/api/products/f4\"}");
        assertThat(hanging.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        {"status":503};                                       path must be a string
        {"path":"api"};                                       path must start with a slash
        {"path":"/stub/faults","hang":true};                  stub's own
        {"path":"/a","latency":"soon"};                       latency must be a duration
        {"path":"/a","latency":"-1ms"};                       latency must be between
        {"path":"/a","status":42};                            status must be
        {"path":"/a","status":"x"};                           status must be a number
        {"path":"/a","rate":2};                               rate must be between
        {"path":"/a","hang":"yes"};                           hang must be true or false
        {"path":"/a","delay":"1s"};                           unknown field \"delay\"
        [];                                                   must be a JSON object
        {"path":;                                             not JSON
        """)
    void thatMakeNoSenseAreRefusedByName(String json, String cause) throws Exception {
        var refused = stub.put("/stub/faults", json);
        assertProblem(refused, 400, "malformed-request");
        assertThat(json(refused).path("detail").asString()).contains(cause);
    }
}
