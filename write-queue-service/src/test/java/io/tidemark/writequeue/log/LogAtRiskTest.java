package io.tidemark.writequeue.log;

import static io.tidemark.writequeue.RunningService.is;
import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.Backends;
import io.tidemark.writequeue.RunningService;
import io.tidemark.writequeue.RunningService.Reply;
import io.tidemark.writequeue.ScriptedOrigin;
import io.tidemark.writequeue.ScriptedOrigin.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs that would lose or disorder what is accepted: somebody else has made or changed them. */
@Timeout(240)
class LogAtRiskTest {
    private static Backends backends;
    private static ScriptedOrigin origin;
    private static Admin admin;
    private static RunningService service;

    @BeforeAll
    static void start() {
        backends = Backends.start(1);
        origin = new ScriptedOrigin();
        admin = Admin.create(Map.of("bootstrap.servers", backends.kafka().bootstrapServers()));
        service = newService();
    }

    private static RunningService newService() {
        return new RunningService(
                backends,
                origin.url(),
                "tidemark.writes.delivery.retry.base=10s",
                "tidemark.writes.delivery.retry.max=10s",
                "tidemark.writes.types.[large.order].origin=catalog",
                "tidemark.writes.types.[large.order].path=/api/large",
                "tidemark.writes.types.[large.order].ordering-key=large");
    }

    @AfterEach
    void theOriginIsWell() {
        origin.otherwise(_ -> Answer.of(200));
    }

    @AfterAll
    static void stop() {
        service.close();
        admin.close(Duration.ZERO);
        origin.close();
        backends.close();
    }

    private static void configure(String topic, String setting, String value) throws Exception {
        var change = new AlterConfigOp(
                new ConfigEntry(setting, value),
                value.isEmpty() ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    private static int partitions() throws Exception {
        var described =
                admin.describeTopics(List.of(Topics.WRITES)).allTopicNames().get(30, TimeUnit.SECONDS);
        return Objects.requireNonNull(described.get(Topics.WRITES)).partitions().size();
    }

    /** What is answered as soon as it is as wanted. */
    private static Reply awaitReply(int status) {
        List<Reply> last = new ArrayList<>();
        await("an answer of " + status).atMost(Duration.ofSeconds(60)).until(() -> {
            service.context().getBean(TopicWatch.class).lookSoon();
            last.add(service.post("/v1/writes", order(unique("c"), Map.of())));
            return last.getLast().status() == status;
        });
        return last.getLast();
    }

    @ParameterizedTest
    @CsvSource({
        "tidemark.writes,retention.ms,600000",
        "tidemark.writes,cleanup.policy,compact",
        "tidemark.writes.dead,retention.ms,86400000"
    })
    void nothingIsAcceptedIntoALogThatForgets(String topic, String setting, String value) throws Exception {
        configure(topic, setting, value);
        Reply refused = awaitReply(503);
        assertThat(refused.json().path("type").asString()).isEqualTo("urn:tidemark:problem:log-at-risk");
        assertThat(refused.json().path("detail").asString()).contains(topic, setting);
        assertThat(refused.header("Retry-After")).isNotEmpty();
        assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(503);
        assertThat(service.manage("/actuator/health")
                        .json()
                        .at("/components/writeLog/details/why")
                        .asString())
                .contains(setting);

        configure(topic, setting, setting.equals("retention.ms") ? "-1" : "delete");
        awaitReply(202);
        assertThat(service.manage("/actuator/health/readiness").status()).isEqualTo(200);
    }

    @Test
    void whatFitsIsSaidWhereTheBrokerTakesNoMore() throws Exception {
        configure(Topics.WRITES, "max.message.bytes", "20000");
        try {
            String large = "{\"type\":\"large.order\",\"data\":{\"x\":\"" + "y".repeat(40_000) + "\"}}";
            await("the broker's limit is known").atMost(Duration.ofSeconds(60)).until(() -> {
                service.context().getBean(TopicWatch.class).lookSoon();
                Reply reply = service.post("/v1/writes", large);
                return reply.status() == 413
                        && reply.json().path("detail").asString().matches(".* 1[89]\\d\\d\\d bytes");
            });
            awaitReply(202);
        } finally {
            configure(Topics.WRITES, "max.message.bytes", "");
            service.context().getBean(TopicWatch.class).lookSoon();
        }
    }

    /** A letter has the write, and beside it why and what was tried: where that does not fit, less of it. */
    @Test
    void aLargeWriteIsADeadLetterWhereBrokersTakeLittleMoreAndBlocksNothing() throws Exception {
        configure(Topics.WRITES, "max.message.bytes", "20000");
        configure(Topics.DEAD_WRITES, "max.message.bytes", "20000");
        try {
            String large = "{\"type\":\"large.order\",\"data\":{\"x\":\"" + "y".repeat(16_500) + "\"}}";
            String tooLarge = "{\"type\":\"large.order\",\"data\":{\"x\":\"" + "y".repeat(18_432) + "\"}}";
            await("the brokers' limits are known")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        service.context().getBean(TopicWatch.class).lookSoon();
                        return service.post("/v1/writes", tooLarge).status() == 413;
                    });
            Answer refused = new Answer(400, Map.of(), "n".repeat(5_000));
            origin.script("/api/large", refused, refused);
            String first = service.accept(large);
            String second = service.accept(large);
            String third = service.accept(large);
            service.await(first, is("dead-lettered"));
            service.await(second, is("dead-lettered"));
            service.await(third, is("delivered"));
            assertThat(service.get("/v1/dead-letters/" + first)
                            .json()
                            .at("/data/x")
                            .asString())
                    .hasSize(16_500);
        } finally {
            configure(Topics.WRITES, "max.message.bytes", "");
            configure(Topics.DEAD_WRITES, "max.message.bytes", "");
            service.context().getBean(TopicWatch.class).lookSoon();
        }
    }

    @Test
    void nothingOvertakesWhatWaitsWhereSomebodyHasAddedPartitions() throws Exception {
        String waiting = unique("waiting");
        origin.otherwise(call -> Answer.of(call.body().contains(waiting) ? 503 : 200));
        String writeId = service.accept(order(waiting, Map.of()));
        service.await(writeId, is("retrying"));
        int before = partitions();
        admin.createPartitions(Map.of(Topics.WRITES, NewPartitions.increaseTo(before + 1)))
                .all()
                .get(30, TimeUnit.SECONDS);

        Reply refused = awaitReply(503);
        assertThat(refused.json().path("detail").asString()).contains((before + 1) + " partitions", "had " + before);
        origin.otherwise(_ -> Answer.of(200));
        service.await(writeId, is("delivered"));
        awaitReply(202);
    }

    @Test
    void whatWentFromTheLogUnreadIsCountedAndItsStatusSaysSo() throws Exception {
        String lost = unique("lost");
        origin.otherwise(call -> Answer.of(call.body().contains(lost) ? 503 : 200));
        String writeId = service.accept(order(lost, Map.of()));
        service.await(writeId, is("retrying"));
        service.close();
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        for (int i = 0; i < partitions(); i++) {
            all.put(new TopicPartition(Topics.WRITES, i), RecordsToDelete.beforeOffset(-1)); // up to its end
        }
        admin.deleteRecords(all).all().get(30, TimeUnit.SECONDS);
        service = newService();

        assertThat(service.await(writeId, is("dead-lettered")).path("reason").asString())
                .contains("went from the write log");
        assertThat(service.context()
                        .getBean(MeterRegistry.class)
                        .get("tidemark.writes.lost")
                        .counter()
                        .count())
                .isPositive();
        assertThat(service.post("/v1/dead-letters/" + writeId + "/redrive", "").status())
                .isEqualTo(409);
        service.await(service.accept(order(lost + "-2", Map.of())), is("retrying"));
    }
}
