package io.tidemark.writequeue.log;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.Logs;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class LogTrimTest {
    private static List<String> logged() {
        return Logs.read(Backends.shared().kafka(), Topics.WRITES).stream()
                .map(logged -> new String(logged.value(), UTF_8))
                .toList();
    }

    @Test
    void deletesWhatIsFinishedAndOldAndNothingThatWaits() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                RunningService service = new RunningService(Backends.shared(), origin.url())) {
            String waiting = unique("waiting");
            origin.otherwise(call -> Answer.of(call.body().contains(waiting) ? 503 : 200));
            String done = service.post("/v1/writes", order(unique("c"), Map.of()))
                    .json()
                    .path("writeId")
                    .asString();
            service.await(done, is("delivered"));
            String waits = service.post("/v1/writes", order(waiting, Map.of()))
                    .json()
                    .path("writeId")
                    .asString();
            service.await(waits, is("retrying"));
            LogTrim trim = service.context().getBean(LogTrim.class);

            trim.trimBefore(Instant.EPOCH);
            assertThat(logged()).anyMatch(found -> found.contains(done));

            while (logged().stream().anyMatch(found -> found.contains(done))) { // until its offset is committed
                trim.trimBefore(Instant.now().plus(Duration.ofHours(1)));
            }
            assertThat(logged()).anyMatch(found -> found.contains(waits));
        }
    }
}
