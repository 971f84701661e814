package io.tidemark.gateway.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.kafka.KnownTopics;
import io.tidemark.contracts.Topics;
import io.tidemark.local.backends.KafkaCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three brokers, of which the one that leads the purge log goes and stays away. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class LeaderOfThePurgeLogTest {
    private static boolean knowsItsEnd(PurgeLogProbe probe) {
        try {
            return probe.end().offset() == -1;
        } catch (KafkaException notYet) {
            return false;
        }
    }

    @Test
    void theEndOfTheLogIsKnownAgainFromWhoeverLeadsItThen() {
        try (KafkaCluster brokers = KafkaCluster.start(3)) {
            Map<String, Object> config = Map.of("bootstrap.servers", brokers.bootstrapServers());
            try (KafkaClients clients =
                    new KafkaClients(new KafkaClients.Settings(config, config, config), new KnownTopics())) {
                var questions = clients.questions();
                questions.answer(admin -> admin.createTopics(List.of(new NewTopic(Topics.PURGES, 1, (short) 3)))
                        .all());
                PurgeLogProbe probe = new PurgeLogProbe(questions);
                await().atMost(Duration.ofSeconds(60)).until(() -> knowsItsEnd(probe)); // and keeps its leader in mind
                int leader = Objects.requireNonNull(questions
                                .answer(admin -> admin.describeTopics(List.of(Topics.PURGES))
                                        .allTopicNames())
                                .get(Topics.PURGES))
                        .partitions()
                        .getFirst()
                        .leader()
                        .id();
                brokers.broker(leader).kill();
                await().atMost(Duration.ofSeconds(40)).until(() -> knowsItsEnd(probe));
                assertThat(brokers.broker(leader).isRunning()).isFalse();
            }
        }
    }
}
