package io.tidemark.writequeue.delivery;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.ScriptedOrigin;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class OwnershipFenceTest {
    @Test
    void holdsAsLongAsTheLastHeartbeatIsYoungEnough() {
        OwnershipFence fence = new OwnershipFence();
        assertThat(fence.holds()).as("before the first heartbeat").isFalse();
        fence.watch(Duration.ofSeconds(7), () -> Duration.ofSeconds(7));
        assertThat(fence.holds()).isTrue();
        fence.watch(Duration.ofSeconds(7), () -> Duration.ofSeconds(8));
        assertThat(fence.holds()).isFalse();
    }

    @Test
    void anInstanceWhoseHeartbeatsDoNotReachTheBrokerBeginsNothing() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                RunningService service = new RunningService(Backends.shared(), origin.url())) {
            String before = service.accept(order(unique("c"), Map.of()));
            service.await(before, is("delivered"));

            OwnershipFence fence = service.context().getBean(OwnershipFence.class);
            AtomicInteger asked = new AtomicInteger();
            fence.watch(Duration.ofSeconds(7), () -> {
                asked.incrementAndGet();
                return Duration.ofSeconds(8);
            });
            String writeId = service.accept(order(unique("c"), Map.of()));
            await("a lane has come to the fence again and again")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> asked.get() >= 3);
            assertThat(origin.calls())
                    .extracting(call -> call.header("Idempotency-key"))
                    .contains(before)
                    .doesNotContain(writeId);
            assertThat(service.get("/v1/writes/" + writeId)
                            .json()
                            .path("status")
                            .asString())
                    .isEqualTo("accepted");

            fence.watch(Duration.ofSeconds(7), () -> Duration.ofSeconds(30));
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(503);
            fence.watch(Duration.ofSeconds(7), () -> Duration.ZERO);
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(200);
            service.await(writeId, is("delivered"));
        }
    }
}
