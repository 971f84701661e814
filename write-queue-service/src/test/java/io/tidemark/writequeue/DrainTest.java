package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for a write is answered when the service goes. */
@Timeout(240)
class DrainTest {
    @Test
    void streamsAndWaitsEndWhole() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                RunningService service = new RunningService(Backends.shared(), origin.url(), "tidemark.drain=3s")) {
            origin.otherwise(_ -> Answer.of(503));
            String waited = unique("c");
            CompletableFuture<Reply> wait = CompletableFuture.supplyAsync(
                    () -> service.post("/v1/writes", order(waited, Map.of()), "Prefer", "wait=60"));
            String streamed = service.accept(order(unique("c"), Map.of()));
            CompletableFuture<Reply> stream =
                    CompletableFuture.supplyAsync(() -> service.get("/v1/writes/" + streamed + "/events"));
            await("both writes were tried")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> origin.calls().size() >= 2);
            CompletableFuture<Void> going = CompletableFuture.runAsync(service::close);
            assertThat(stream.get(30, TimeUnit.SECONDS).response().body()).contains("event:status");
            assertThat(wait.get(30, TimeUnit.SECONDS).status()).isEqualTo(202);
            going.get(60, TimeUnit.SECONDS);
        }
    }
}
