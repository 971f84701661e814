package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backend;
import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.backends.RedisCommand;
import io.tidemark.writequeue.RunningService.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A broker and a Redis that ask who comes, and let nobody do more than the documents say that a service needs. */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class GuardedBackendsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofSeconds(3);
    private static final String PASSWORD = "its-own";
    private static final String INVALID = "Invalid username or password";
    private static final String NOT_IN_THE_GROUP = "Not authorized to access group: write-queue";

    /** Of the table of rights in the operations page. */
    private static final List<AclBinding> RIGHTS = Stream.concat(
                    Stream.of(
                                    AclOperation.READ,
                                    AclOperation.WRITE,
                                    AclOperation.DESCRIBE,
                                    AclOperation.DESCRIBE_CONFIGS)
                            .map(operation -> right(ResourceType.TOPIC, "tidemark.", PatternType.PREFIXED, operation)),
                    Stream.of(
                            right(ResourceType.TOPIC, Topics.WRITES, PatternType.LITERAL, AclOperation.DELETE),
                            right(ResourceType.GROUP, "write-queue", PatternType.LITERAL, AclOperation.READ)))
            .toList();

    private static final Kafka kafka = Kafka.create(BackendOptions.named("kafka-guarded")
            .withMode(BackendMode.EMBEDDED)
            .withUsers(Map.of(BackendOptions.ADMINISTRATOR, "secret", "tidemark", PASSWORD)));
    private static final Redis redis =
            Redis.create(BackendOptions.named("redis-guarded").withMode(BackendMode.EMBEDDED));

    private static ScriptedOrigin origin;
    private static Admin admin;

    private static AclBinding right(ResourceType type, String name, PatternType pattern, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, pattern),
                new AccessControlEntry("User:tidemark", "*", operation, AclPermissionType.ALLOW));
    }

    private static AclBinding right(AclOperation operation, ResourceType type) {
        return RIGHTS.stream()
                .filter(right -> right.entry().operation() == operation
                        && right.pattern().resourceType() == type)
                .findFirst()
                .orElseThrow();
    }

    private static String login(String user, String password) {
        return "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user + "\" password=\""
                + password + "\";";
    }

    @BeforeAll
    static void start() throws Exception {
        origin = new ScriptedOrigin();
        Backends.startAll(List.<Backend>of(kafka, redis));
        RedisCommand.send(
                redis.port(), "ACL", "SETUSER", "tidemark", "on", ">s/ecret%", "~tidemark:*", "&tidemark:*", "+@all");
        RedisCommand.send(redis.port(), "CONFIG", "SET", "requirepass", "nobody-knows");
        admin = Admin.create(Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                login(BackendOptions.ADMINISTRATOR, "secret")));
        admin.createTopics(Stream.of(Topics.WRITES, Topics.DEAD_WRITES, Topics.PURGES)
                        .map(name -> new NewTopic(name, name.equals(Topics.PURGES) ? 1 : 3, (short) 1)
                                .configs(Map.of(
                                        "retention.ms",
                                        name.equals(Topics.PURGES) ? "604800000" : "-1",
                                        "message.timestamp.type",
                                        "LogAppendTime")))
                        .toList())
                .all()
                .get(30, TimeUnit.SECONDS);
        admin.createAcls(RIGHTS).all().get(30, TimeUnit.SECONDS);
    }

    @AfterAll
    static void stop() {
        admin.close(Duration.ofSeconds(1));
        kafka.close();
        redis.close();
        origin.close();
    }

    private static RunningService service(String kafkaPassword, String redisPassword) {
        return RunningService.started(
                origin.url(),
                "spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "spring.kafka.security.protocol=SASL_PLAINTEXT",
                "spring.kafka.properties.sasl.mechanism=PLAIN",
                "spring.kafka.properties.sasl.jaas.config=" + login("tidemark", kafkaPassword),
                "spring.kafka.admin.auto-create=false",
                "spring.data.redis.url=redis://tidemark:" + redisPassword + "@127.0.0.1:" + redis.port() + "/1");
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

    private static long lines(CapturedOutput said, String words) {
        return said.getAll().lines().filter(line -> line.contains(words)).count();
    }

    @Test
    void theRightsThatTheDocumentsNameSufficeAndOneThatIsTakenIsNamedOnce(CapturedOutput said) throws Exception {
        AclBinding toRead = right(AclOperation.READ, ResourceType.GROUP);
        AclBinding toWrite = right(AclOperation.WRITE, ResourceType.TOPIC);
        admin.deleteAcls(List.of(toRead.toFilter())).all().get(30, TimeUnit.SECONDS);
        try (RunningService service = service(PASSWORD, "s%2Fecret%25")) {
            await().atMost(SOON).until(() -> lines(said, NOT_IN_THE_GROUP) > 0);
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(503);
            admin.createAcls(List.of(toRead)).all().get(30, TimeUnit.SECONDS);
            awaitReadiness(service, 200);
            assertThat(lines(said, NOT_IN_THE_GROUP)).isEqualTo(1);

            admin.deleteAcls(List.of(toWrite.toFilter())).all().get(30, TimeUnit.SECONDS);
            for (int i = 0; i < 2; i++) {
                assertThat(awaitReply(service, 503).json().path("detail").asString())
                        .contains("refused; the write is not accepted");
            }
            assertThat(lines(said, "The write log does not take records: ")).isEqualTo(1);
            assertThat(said.getAll()).doesNotContain("Aborting producer batches");
            admin.createAcls(List.of(toWrite)).all().get(30, TimeUnit.SECONDS);
            service.await(awaitReply(service, 202).json().path("writeId").asString(), is("delivered"));
            assertThat(service.manage("/actuator/health")
                            .json()
                            .at("/components/topics/status")
                            .asString())
                    .isEqualTo("UP");
        }
        assertThat(said.getAll()).as("at its end").doesNotContain("Redis refuses", "already closed");
    }

    @Test
    void wrongPasswordsAreSaidOnceInTheServersWordsAndNothingIsTaken(CapturedOutput said) throws Exception {
        try (RunningService service = service("another", "another")) {
            await().atMost(SOON).until(() -> lines(said, "WRONGPASS") > 0 && lines(said, INVALID) > 0);
            assertThat(awaitReply(service, 503).json().path("detail").asString())
                    .contains("not accepted");
            assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(503);
            assertThat(service.manage("/actuator/health")
                            .json()
                            .at("/components/kafka/details/why")
                            .asString())
                    .contains(INVALID);
            long before = said.getAll().lines().count();
            await().during(A_WHILE)
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(said.getAll().lines().count() - before)
                            .as(said.getAll())
                            .isLessThanOrEqualTo(A_WHILE.toSeconds()));
            assertThat(lines(said, "WRONGPASS"))
                    .isLessThanOrEqualTo(2); // by whom it is asked, and by who looks for dead letters
            assertThat(lines(said, INVALID)).isBetween(1L, 2L); // the same, and by who erases what is kept of persons
        }
    }
}
