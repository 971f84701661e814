package io.tidemark.writequeue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.backends.RedisCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A Redis that is there and takes no writes, or has forgotten all, while forty writes a second come. */
@Timeout(240)
@ExtendWith(OutputCaptureExtension.class)
class TroubledRedisTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SOME = 10;

    /** Loading takes 10 ms for each key, and clients are answered meanwhile. */
    private static final Redis redis = Redis.create(BackendOptions.named("redis-troubled")
            .withMode(BackendMode.EMBEDDED)
            .withSettings(Map.of("key-load-delay", "10000", "loading-process-events-interval-bytes", "1024")));

    private static ScriptedOrigin origin;
    private static RunningService service;

    enum Trouble {
        FULL("OOM ") {
            @Override
            void begin() throws IOException {
                send("CONFIG", "SET", "maxmemory", "1");
            }

            @Override
            void end() throws IOException {
                send("CONFIG", "SET", "maxmemory", "0");
            }
        },
        READ_ONLY("READONLY ") {
            @Override
            void begin() throws IOException {
                send("REPLICAOF", "127.0.0.1", "1");
            }

            @Override
            void end() throws IOException {
                send("REPLICAOF", "NO", "ONE");
            }
        },
        /** For some two seconds, with what it had when it was saved. */
        LOADING("LOADING ") {
            @Override
            void begin() throws IOException {
                send("EVAL", "for i = 1, 200 do redis.call('SET', 'tidemark:' .. i, string.rep('x', 1000)) end", "0");
                send("SAVE");
                redis.kill();
                Thread.ofVirtual().start(redis::start);
            }

            @Override
            void end() {
                await().atMost(SOON).ignoreExceptions().until(() -> send("PING").equals("+PONG"));
            }
        },
        EMPTIED("") {
            @Override
            void begin() throws IOException {
                send("FLUSHALL");
            }

            @Override
            void end() {}
        };

        /** How Redis' refusals begin; empty: it refuses nothing. */
        private final String words;

        Trouble(String words) {
            this.words = words;
        }

        abstract void begin() throws IOException;

        abstract void end() throws IOException;

        static String send(String... command) throws IOException {
            return RedisCommand.send(redis.port(), command);
        }
    }

    @BeforeAll
    static void start() {
        redis.start();
        origin = new ScriptedOrigin();
        service = new RunningService(
                Backends.shared(),
                origin.url(),
                "spring.data.redis.url=" + redis.url(),
                "tidemark.writes.status.patience=200ms",
                "tidemark.writes.delivery.retry.base=100ms");
    }

    @AfterAll
    static void stop() {
        service.close();
        origin.close();
        redis.close();
    }

    private static Set<String> delivered() {
        return origin.calls().stream()
                .map(call -> call.header("Idempotency-key"))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAcceptedIsDeliveredAndWhatIsSurelyRefusedIsNot(Trouble trouble, CapturedOutput said) throws Exception {
        try (WriteFlow flow = new WriteFlow(service)) {
            await().atMost(SOON).until(() -> flow.accepted().size() >= SOME);
            trouble.begin();
            if (!trouble.words.isEmpty()) {
                await().atMost(SOON)
                        .until(() ->
                                flow.refused().size() >= SOME && said.getAll().contains(trouble.words));
            }
            trouble.end();
            int before = flow.accepted().size();
            await("writes are accepted")
                    .atMost(SOON)
                    .until(() -> flow.accepted().size() >= before + SOME);
            flow.end();

            await("all that was accepted is delivered")
                    .atMost(SOON)
                    .until(() -> delivered().containsAll(flow.accepted()));
            assertThat(flow.refused()).allSatisfy(refused -> {
                assertThat(refused.reply().status()).isEqualTo(503);
                assertThat(refused.reply().header("Retry-After")).isNotEmpty();
                assertThat(refused.reply().json().path("type").asString())
                        .isEqualTo("urn:tidemark:problem:store-unavailable");
                assertThat(refused.detail()).containsAnyOf("not accepted", "may have been stored");
            });
            assertThat(flow.refused().stream()
                            .filter(refused -> refused.detail().contains("not accepted"))
                            .map(WriteFlow.Answered::key))
                    .doesNotContainAnyElementsOf(delivered());
        }
    }
}
