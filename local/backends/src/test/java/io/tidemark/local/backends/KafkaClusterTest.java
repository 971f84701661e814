package io.tidemark.local.backends;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class KafkaClusterTest {
    @Test
    @Timeout(240)
    void aRecordIsTakenWithoutTheBrokerOfThreeThatLedItsTopic() throws Exception {
        try (KafkaCluster kafka = KafkaCluster.start(3);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
                var producer = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "request.timeout.ms",
                                2000,
                                "delivery.timeout.ms",
                                60_000,
                                "linger.ms",
                                0),
                        new StringSerializer(),
                        new StringSerializer())) {
            admin.createTopics(List.of(new NewTopic("tide", Optional.of(1), Optional.empty())))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            TopicDescription topic = Objects.requireNonNull(admin.describeTopics(List.of("tide"))
                    .allTopicNames()
                    .get(30, TimeUnit.SECONDS)
                    .get("tide"));
            int leader = topic.partitions().getFirst().leader().id();
            assertThat(topic.partitions().getFirst().replicas()).hasSize(3);

            kafka.broker(leader).kill();
            assertThat(producer.send(new ProducerRecord<>("tide", "a", "1"))
                            .get(60, TimeUnit.SECONDS)
                            .offset())
                    .isZero();
        }
    }
}
