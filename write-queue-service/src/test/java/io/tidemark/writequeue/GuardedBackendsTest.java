package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.GuardedKafka;
import io.tidemark.local.backends.GuardedRedis;
import io.tidemark.local.fixtures.Certificates;
import io.tidemark.writequeue.RunningService.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * A broker and a Redis that ask who comes (by certificates of a private authority, SCRAM-SHA-512 and a password), and let nobody do
 * more than the documents say that a service needs.
 */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class GuardedBackendsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofSeconds(3);
    private static final String INVALID = "invalid credentials with SASL mechanism SCRAM-SHA-512";
    private static final String NOT_IN_THE_GROUP = "Not authorized to access group: write-queue";

    /** Of the table of rights in the operations page. */
    private static final List<AclBinding> RIGHTS = Stream.concat(
                    Stream.of(
                                    AclOperation.READ,
                                    AclOperation.WRITE,
                                    AclOperation.DESCRIBE,
                                    AclOperation.DESCRIBE_CONFIGS)
                            .map(operation -> GuardedKafka.right(
                                    ResourceType.TOPIC, "tidemark.", PatternType.PREFIXED, operation)),
                    Stream.of(
                            GuardedKafka.right(
                                    ResourceType.TOPIC, Topics.WRITES, PatternType.LITERAL, AclOperation.DELETE),
                            GuardedKafka.right(
                                    ResourceType.GROUP, "write-queue", PatternType.LITERAL, AclOperation.READ),
                            GuardedKafka.right(
                                    ResourceType.GROUP, "tidemark-eraser-", PatternType.PREFIXED, AclOperation.READ)))
            .toList();

    private static final GuardedKafka kafka =
            new GuardedKafka(Certificates.pem("ca"), Certificates.pem("good"), Certificates.pem("client"));
    private static final GuardedRedis redis =
            new GuardedRedis(Certificates.pem("ca"), Certificates.pem("good"), Certificates.pem("client"));

    private static ScriptedOrigin origin;

    private static AclBinding right(AclOperation operation, ResourceType type) {
        return RIGHTS.stream()
                .filter(right -> right.entry().operation() == operation
                        && right.pattern().resourceType() == type)
                .findFirst()
                .orElseThrow();
    }

    @BeforeAll
    static void start() throws Exception {
        origin = new ScriptedOrigin();
        redis.start();
        kafka.start();
        kafka.admin()
                .createTopics(Stream.of(Topics.WRITES, Topics.DEAD_WRITES, Topics.PURGES)
                        .map(name -> new NewTopic(name, name.equals(Topics.PURGES) ? 1 : 3, (short) 1)
                                .configs(Map.of(
                                        "retention.ms",
                                        name.equals(Topics.PURGES) ? "604800000" : "-1",
                                        "message.timestamp.type",
                                        "LogAppendTime")))
                        .toList())
                .all()
                .get(30, TimeUnit.SECONDS);
        kafka.allow(RIGHTS.toArray(AclBinding[]::new));
    }

    @AfterAll
    static void stop() {
        kafka.close();
        redis.close();
        origin.close();
    }

    private static RunningService service(String kafkaPassword, String... more) {
        List<String> properties = new ArrayList<>(kafka.properties(kafkaPassword));
        properties.add("spring.kafka.admin.auto-create=false");
        properties.addAll(List.of(more));
        return RunningService.started(origin.url(), properties.toArray(String[]::new));
    }

    private static String redisUrl(String scheme, String password, int port) {
        return "spring.data.redis.url=" + scheme + "://tidemark:" + password + "@127.0.0.1:" + port + "/1";
    }

    /** By certificates, over TLS. */
    private static RunningService good() {
        List<String> more = new ArrayList<>(redis.bundle());
        more.add(redisUrl("rediss", "s%2Fecret%25", redis.tlsPort()));
        return service(GuardedKafka.PASSWORD, more.toArray(String[]::new));
    }

    private static void awaitReadiness(RunningService service, int status) {
        await().atMost(SOON)
                .until(() -> service.manage("/actuator/health/readiness").status() == status);
    }

    private static Reply awaitReply(RunningService service, int status) {
        Reply[] last = new Reply[1];
        await().atMost(SOON).until(() -> {
            last[0] = service.post("/v1/writes", order(unique("c"), Map.of()));
            return last[0].status() == status;
        });
        return last[0];
    }

    /** All but those of the share of requests that is logged. */
    private static long linesOfFailures(CapturedOutput said) {
        return said.getAll().lines().count() - lines(said, "tidemark.requests");
    }

    private static long lines(CapturedOutput said, String words) {
        return said.getAll().lines().filter(line -> line.contains(words)).count();
    }

    @Test
    void theRightsThatTheDocumentsNameSufficeAndOneThatIsTakenIsNamedOnce(CapturedOutput said) throws Exception {
        AclBinding toRead = right(AclOperation.READ, ResourceType.GROUP);
        AclBinding toWrite = right(AclOperation.WRITE, ResourceType.TOPIC);
        kafka.forbid(toRead);
        try (RunningService service = good()) {
            await().atMost(SOON).until(() -> lines(said, NOT_IN_THE_GROUP) > 0);
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(503);
            kafka.allow(toRead);
            awaitReadiness(service, 200);
            assertThat(lines(said, NOT_IN_THE_GROUP)).isEqualTo(1);

            kafka.forbid(toWrite);
            for (int i = 0; i < 2; i++) {
                assertThat(awaitReply(service, 503).json().path("detail").asString())
                        .contains("refused; the write is not accepted");
            }
            assertThat(lines(said, "The write log does not take records: ")).isEqualTo(1);
            assertThat(said.getAll()).doesNotContain("Aborting producer batches");
            kafka.allow(toWrite);
            service.await(awaitReply(service, 202).json().path("writeId").asString(), is("delivered"));
            assertThat(service.manage("/actuator/health")
                            .json()
                            .at("/components/topics/status")
                            .asString())
                    .isEqualTo("UP");
        }
        assertThat(said.getAll()).doesNotContain("Not authorized to access group: tidemark-eraser");
        assertThat(said.getAll()).as("at its end").doesNotContain("Redis refuses", "already closed");
    }

    @Test
    void wrongPasswordsAreSaidOnceInTheServersWordsAndNothingIsTaken(CapturedOutput said) throws Exception {
        try (RunningService service =
                service("another", redisUrl("redis", "another", redis.redis().port()))) {
            await().atMost(SOON).until(() -> lines(said, "WRONGPASS") > 0 && lines(said, INVALID) > 0);
            assertThat(awaitReply(service, 503).json().path("detail").asString())
                    .contains("not accepted");
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(service.manage("/actuator/health")
                            .json()
                            .at("/components/kafka/details/why")
                            .asString())
                    .contains(INVALID);
            long before = linesOfFailures(said);
            await().during(A_WHILE)
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(200))
                    .untilAsserted(() -> {
                        service.post("/v1/writes", order(unique("c"), Map.of()));
                        assertThat(linesOfFailures(said) - before)
                                .as(said.getAll())
                                .isLessThanOrEqualTo(A_WHILE.toSeconds());
                    });
            assertThat(lines(said, "WRONGPASS"))
                    .isLessThanOrEqualTo(2); // by whom it is asked, and by who looks for dead letters
            assertThat(lines(said, INVALID)).isBetween(1L, 2L); // the same, and by who erases what is kept of persons
        }
    }
}
