package io.tidemark.commons.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicNeedsTest {
    private static final String BROKERS = "kafka-1:9092";

    /** As a broker of three answers of a topic that an administrator made well. */
    private static final Map<String, String> WELL_MADE = Map.of(
            "cleanup.policy", "delete",
            "retention.ms", "-1",
            "retention.bytes", "-1",
            "min.insync.replicas", "2",
            "unclean.leader.election.enable", "false",
            "message.timestamp.type", "LogAppendTime",
            "max.message.bytes", "1048588");

    private static TopicsProperties properties(int replicas, @Nullable Integer writePartitions) {
        return new TopicsProperties(
                (short) replicas, Duration.ofDays(7), writePartitions, Duration.ZERO, Duration.ofMinutes(5));
    }

    private static TopicNeeds needs(String topic, int replicas) {
        return Objects.requireNonNull(TopicNeeds.of(properties(replicas, null)).get(topic));
    }

    private static List<Deviation> deviations(String topic, int replicas, int partitions, Map<String, String> changes) {
        return deviations(topic, replicas, 3, partitions, changes);
    }

    private static List<Deviation> deviations(
            String topic, int replicas, int actual, int partitions, Map<String, String> changes) {
        Map<String, String> settings = new HashMap<>(WELL_MADE);
        settings.putAll(changes);
        return needs(topic, replicas).compare(new TopicDetails("id", partitions, actual, settings), BROKERS);
    }

    @ParameterizedTest(name = "{0} with {1}={2}: {3}")
    @CsvSource({
        "tidemark.writes, retention.ms, 10000, LOSS",
        "tidemark.writes, retention.ms, 604800000, LOSS",
        "tidemark.writes, retention.bytes, 1000000, LOSS",
        "tidemark.writes, cleanup.policy, compact, LOSS",
        "tidemark.writes, cleanup.policy, 'compact,delete', LOSS",
        "tidemark.writes, min.insync.replicas, 1, LOSS",
        "tidemark.writes, unclean.leader.election.enable, true, LOSS",
        "tidemark.writes, message.timestamp.type, CreateTime, WEAKER",
        "tidemark.writes.dead, retention.ms, 86400000, LOSS",
        "tidemark.purges, cleanup.policy, compact, STALE",
        "tidemark.purges, retention.ms, 3600000, WEAKER",
        "tidemark.purges, min.insync.replicas, 1, STALE",
        "tidemark.watermarks, cleanup.policy, delete, WEAKER"
    })
    void whatWouldBreakAPromiseIsFoundAndTheCommandThatMendsItNamed(
            String topic, String setting, String value, Consequence consequence) {
        Map<String, String> changes = new HashMap<>(Map.of(setting, value));
        if (topic.equals(Topics.WATERMARKS)) {
            changes.putIfAbsent("cleanup.policy", "compact");
        }
        assertThat(deviations(topic, 3, 1, changes)).singleElement().satisfies(deviation -> {
            assertThat(deviation.consequence()).isEqualTo(consequence);
            assertThat(deviation.what()).contains(setting, value);
            assertThat(deviation.remedy())
                    .startsWith("kafka-configs.sh --bootstrap-server " + BROKERS + " --alter")
                    .contains("--entity-name " + topic + " ", "--add-config " + setting + "=");
        });
    }

    @Test
    void fewerReplicasThanWereAskedForBreakThePromise() {
        assertThat(deviations(Topics.WRITES, 3, 1, 12, Map.of("min.insync.replicas", "1")))
                .singleElement()
                .satisfies(deviation -> {
                    assertThat(deviation.consequence()).isEqualTo(Consequence.LOSS);
                    assertThat(deviation.what()).contains("1 replicas").contains("asks for 3");
                    assertThat(deviation.remedy()).contains("kafka-reassign-partitions.sh");
                });
    }

    @Test
    void whereNoNumberWasAskedForOneReplicaIsAsTheAdministratorWantsIt() {
        assertThat(deviations(Topics.WRITES, -1, 1, 12, Map.of("min.insync.replicas", "1")))
                .isEmpty();
    }

    @Test
    void anyNumberOfPartitionsIsRightUnlessAnotherOneWasConfigured() {
        assertThat(deviations(Topics.WRITES, 3, 6, Map.of())).isEmpty();
        TopicNeeds twelve =
                Objects.requireNonNull(TopicNeeds.of(properties(3, 12)).get(Topics.WRITES));
        assertThat(twelve.compare(new TopicDetails("id", 6, 3, WELL_MADE), BROKERS))
                .singleElement()
                .satisfies(deviation -> assertThat(deviation.remedy()).contains("write-partitions=6"));
    }

    @Test
    void settingsThatCannotBeSeenAreSaidAndRefuseNothing() {
        assertThat(needs(Topics.WRITES, 3).compare(new TopicDetails("id", 12, 3, Map.of()), BROKERS))
                .singleElement()
                .satisfies(deviation -> {
                    assertThat(deviation.consequence()).isEqualTo(Consequence.WEAKER);
                    assertThat(deviation.remedy()).contains("DescribeConfigs");
                });
    }

    @Nested
    class WhenItIsMade {
        @Test
        void replicasAreTheBrokersDefaultUnlessANumberIsAskedFor() {
            assertThat(needs(Topics.WRITES, -1).newTopic().replicationFactor()).isEqualTo((short) -1);
            assertThat(needs(Topics.WRITES, 3).newTopic().replicationFactor()).isEqualTo((short) 3);
        }

        @Test
        void itHasNothingToBeSaidOfIt() {
            for (TopicNeeds needed : TopicNeeds.of(properties(-1, null)).values()) {
                NewTopic made = needed.newTopic();
                assertThat(needed.compare(new TopicDetails("id", made.numPartitions(), 1, made.configs()), BROKERS))
                        .as(needed.name())
                        .isEmpty();
            }
        }

        @Test
        void theCommandForAnAdministratorMakesTheSame() {
            assertThat(needs(Topics.WRITES, 3).missing(null, BROKERS).remedy())
                    .isEqualTo("kafka-topics.sh --bootstrap-server kafka-1:9092 --create --topic tidemark.writes"
                            + " --partitions 12 --replication-factor 3 --config cleanup.policy=delete"
                            + " --config message.timestamp.type=LogAppendTime --config retention.bytes=-1"
                            + " --config retention.ms=-1");
        }
    }
}
