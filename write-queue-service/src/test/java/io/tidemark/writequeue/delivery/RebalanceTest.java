package io.tidemark.writequeue.delivery;

import static io.tidemark.writequeue.RunningService.order;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Instances come and go while they deliver: a key is never at two places, and a rolling restart repeats nothing. */
@Timeout(300)
class RebalanceTest {
    private static final int KEYS = 30;
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LATE = Duration.ofSeconds(3);

    private volatile Duration takes = SOON;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Queue<String> overlaps = new ConcurrentLinkedQueue<>();
    private final Map<String, Queue<Integer>> arrived = new ConcurrentHashMap<>();

    private Answer slowly(ScriptedOrigin.Call call) {
        JsonNode data = JSON.readTree(call.body());
        String key = data.path("customerId").asString();
        if (!underWay.add(key)) {
            overlaps.add(key);
        }
        arrived.computeIfAbsent(key, _ -> new ConcurrentLinkedQueue<>())
                .add(data.path("n").asInt());
        try {
            Thread.sleep(takes); // the origin's own slowness
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        underWay.remove(key);
        return Answer.of(200);
    }

    private static int partitions(RunningService service) {
        return service.manage("/actuator/health")
                .json()
                .at("/components/writeLog/details/partitions")
                .asInt();
    }

    /** Writes to every key, round after round, until it is told to end. */
    private static final class Feed implements AutoCloseable {
        private final Thread thread;
        private volatile RunningService target;
        private volatile boolean ended;
        private final AtomicInteger rounds = new AtomicInteger();

        Feed(RunningService target) {
            this.target = target;
            this.thread = Thread.ofPlatform().name("feed").start(this::run);
        }

        private void run() {
            while (!ended) {
                for (int k = 0; k < KEYS; k++) {
                    String write = order("key-" + k, Map.of("n", rounds.get()));
                    assertThat(target.post("/v1/writes", write).status()).isEqualTo(202);
                }
                rounds.incrementAndGet();
            }
        }

        void to(RunningService next) {
            target = next;
        }

        void awaitRounds(int more) {
            int enough = rounds.get() + more;
            await("rounds of writes")
                    .atMost(Duration.ofMinutes(4))
                    .failFast("every write was accepted", () -> !thread.isAlive())
                    .until(() -> rounds.get() >= enough);
        }

        @Override
        public void close() throws InterruptedException {
            ended = true;
            thread.join();
        }
    }

    @Test
    void oneMoreInstanceAndOneLess() throws Exception {
        int rounds;
        try (Backends backends = Backends.start(1);
                ScriptedOrigin origin = new ScriptedOrigin()) {
            origin.otherwise(this::slowly);
            try (RunningService first = new RunningService(backends, origin.url());
                    Feed feed = new Feed(first)) {
                feed.awaitRounds(2);
                takes = LATE; // partitions move while calls of their keys are under way
                try (RunningService second = new RunningService(backends, origin.url())) {
                    await("both deliver").atMost(Duration.ofSeconds(60)).until(() -> partitions(second) >= 4);
                    takes = SOON;
                    feed.awaitRounds(2);
                    feed.to(second);
                    feed.awaitRounds(1);
                    first.close();
                    feed.awaitRounds(2);
                    feed.close();
                    rounds = feed.rounds.get();
                    await("all is delivered")
                            .atMost(Duration.ofSeconds(90))
                            .until(() -> arrived.values().stream().allMatch(n -> n.size() >= rounds));
                }
            }
        }
        List<Integer> inOrder = IntStream.range(0, rounds).boxed().toList();
        assertThat(overlaps).isEmpty();
        assertThat(arrived).hasSize(KEYS).allSatisfy((_, n) -> assertThat(n).containsExactlyElementsOf(inOrder));
    }
}
