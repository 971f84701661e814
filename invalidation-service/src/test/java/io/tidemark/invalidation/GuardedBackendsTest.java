package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.health;
import static io.tidemark.invalidation.Requests.json;
import static io.tidemark.invalidation.Requests.post;
import static io.tidemark.invalidation.Requests.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.GuardedKafka;
import io.tidemark.local.backends.GuardedRedis;
import io.tidemark.local.backends.RedisSentinel;
import io.tidemark.local.fixtures.Certificates;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A broker and a Redis that ask who comes, by certificates of a private authority and by passwords; the broker is not there yet
 * when the first service starts.
 */
@Timeout(240)
@ExtendWith(OutputCaptureExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuardedBackendsTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration A_WHILE = Duration.ofSeconds(2);
    private static final String PURGE = "{\"targets\":[{\"tag\":\"product:42\"}]}";

    /** Of the table of rights in the operations page, where services make the topics. */
    private static final AclBinding[] RIGHTS = Stream.of(
                    AclOperation.READ,
                    AclOperation.WRITE,
                    AclOperation.DESCRIBE,
                    AclOperation.DESCRIBE_CONFIGS,
                    AclOperation.CREATE)
            .map(operation -> GuardedKafka.right(ResourceType.TOPIC, "tidemark.", PatternType.PREFIXED, operation))
            .toArray(AclBinding[]::new);

    private static final GuardedKafka kafka =
            new GuardedKafka(Certificates.pem("ca"), Certificates.pem("good"), Certificates.pem("client"));
    private static final GuardedRedis redis =
            new GuardedRedis(Certificates.pem("ca"), Certificates.pem("good"), Certificates.pem("client"));

    @BeforeAll
    static void start() throws Exception {
        redis.start();
    }

    @AfterAll
    static void stop() {
        kafka.close();
        redis.close();
    }

    private static ConfigurableApplicationContext service(String kafkaPassword, List<String> ofRedis) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--spring.profiles.active=local",
                "--tidemark.webhooks.publish-timeout=2s"));
        Stream.of(kafka.properties(kafkaPassword), ofRedis)
                .flatMap(List::stream)
                .forEach(property -> arguments.add("--" + property));
        return SpringApplication.run(InvalidationApplication.class, arguments.toArray(String[]::new));
    }

    private static void assertTakesNothing(ConfigurableApplicationContext service) throws Exception {
        assertThat(post(service, "catalog", PURGE, signed(PURGE)).statusCode()).isEqualTo(503);
        assertThat(health(service, "/readiness").statusCode()).isEqualTo(503);
        assertThat(health(service, "/liveness").statusCode()).isEqualTo(200);
    }

    /** Once it has said what it has to say, each once; purges are asked for all the time. */
    private static void assertSaysAtMostALineASecond(ConfigurableApplicationContext service, CapturedOutput said) {
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(saidInAWhile(service, said)).hasSizeLessThanOrEqualTo((int) A_WHILE.toSeconds()));
    }

    private static List<String> saidInAWhile(ConfigurableApplicationContext service, CapturedOutput said)
            throws Exception {
        long before = said.getAll().lines().count();
        long end = System.nanoTime() + A_WHILE.toNanos();
        while (System.nanoTime() < end) {
            post(service, "catalog", PURGE, signed(PURGE));
            Thread.sleep(100); // what is counted is what is said in this time
        }
        return said.getAll().lines().skip(before).toList();
    }

    @Test
    @Order(1)
    void aBrokerThatComesLaterIsWaitedForAndSoAreRightsAndRedisIsFoundBySentinels(
            CapturedOutput said, @TempDir Path folder) throws Exception {
        try (RedisSentinel sentinel = new RedisSentinel(redis.redis(), GuardedRedis.DEFAULT_PASSWORD, folder);
                ConfigurableApplicationContext service = service(
                        GuardedKafka.PASSWORD,
                        List.of(
                                "spring.data.redis.sentinel.master=" + RedisSentinel.PRIMARY,
                                "spring.data.redis.sentinel.nodes=127.0.0.1:" + sentinel.port(),
                                "spring.data.redis.username=" + GuardedRedis.USER,
                                "spring.data.redis.password=" + GuardedRedis.PASSWORD))) {
            eventually(
                    "Redis answers",
                    () -> json(health(service, ""))
                            .at("/components/redis/status")
                            .asString()
                            .equals("UP"));
            eventually(
                    "that nobody is there is known",
                    () -> !json(health(service, ""))
                            .at("/components/kafka/details/why")
                            .asString()
                            .isEmpty());
            assertTakesNothing(service);
            assertSaysAtMostALineASecond(service, said);

            kafka.start();
            eventually("it may do nothing", () -> said.getAll().contains("uthoriz"));
            assertTakesNothing(service);
            assertSaysAtMostALineASecond(service, said);
            assertThat(said.getAll()).doesNotContain("was deleted");

            kafka.allow(RIGHTS);
            eventually("it is ready", () -> health(service, "/readiness").statusCode() == 200);
            HttpResponse<String> receipt = post(service, "catalog", PURGE, signed(PURGE), "Prefer", "wait=30");
            assertThat(receipt.statusCode()).as(receipt.body()).isEqualTo(200);
            assertThat(json(receipt).path("complete").asBoolean()).isTrue();
        }
    }

    @Test
    @Order(2)
    void aWrongPasswordIsSaidInTheBrokersWordsAndNothingIsTaken(CapturedOutput said) throws Exception {
        List<String> ofRedis = new ArrayList<>(redis.bundle());
        ofRedis.add("spring.data.redis.port=" + redis.tlsPort());
        ofRedis.add("spring.data.redis.username=" + GuardedRedis.USER);
        ofRedis.add("spring.data.redis.password=" + GuardedRedis.PASSWORD);
        kafka.kafka().start();
        try (ConfigurableApplicationContext service = service("another", ofRedis)) {
            eventually(
                    "Redis answers, over TLS",
                    () -> json(health(service, ""))
                            .at("/components/redis/status")
                            .asString()
                            .equals("UP"));
            eventually("it is said", () -> said.getAll().contains("invalid credentials with SASL mechanism"));
            assertTakesNothing(service);
            assertSaysAtMostALineASecond(service, said);
        }
    }
}
