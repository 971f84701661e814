package io.tidemark.invalidation.log;

import io.tidemark.commons.kafka.BrokerQuestions;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.contracts.Topics;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;

/** Makes the reader's consumers and asks the brokers' questions. */
final class LogClients {
    private static final TopicPartition WATERMARKS = new TopicPartition(Topics.WATERMARKS, 0);
    private static final List<String> TOPICS = List.of(Topics.PURGES, Topics.WATERMARKS, Topics.ERASURES);

    private final KafkaClients clients;
    private final Runnable onMissingTopic;

    /** @param onMissingTopic told that a topic is not there; must not block */
    LogClients(KafkaClients clients, Runnable onMissingTopic) {
        this.clients = clients;
        this.onMissingTopic = onMissingTopic;
    }

    record TopicIds(String purges, String watermarks, String erasures) {}

    /** Waits for the answer; fails with a {@code KafkaException}, also where a topic is not there (yet). */
    TopicIds topicIds() {
        return BrokerQuestions.join(topicIdsLater());
    }

    CompletableFuture<TopicIds> topicIdsLater() {
        return clients.questions()
                .ask(admin -> admin.describeTopics(TOPICS).allTopicNames())
                .thenApply(topics -> new TopicIds(
                        id(topics, Topics.PURGES), id(topics, Topics.WATERMARKS), id(topics, Topics.ERASURES)))
                .whenComplete((_, failure) -> {
                    if (failure != null && BrokerQuestions.isMissingTopic(failure)) {
                        onMissingTopic.run();
                    }
                });
    }

    CompletableFuture<Long> endOfWatermarks() {
        return clients.questions()
                .ask(admin -> admin.listOffsets(Map.of(WATERMARKS, OffsetSpec.latest()))
                        .partitionResult(WATERMARKS))
                .thenApply(result -> result.offset());
    }

    Consumer<byte[], byte[]> consumer() {
        return clients.consumer(Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
                ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000));
    }

    private static String id(Map<String, TopicDescription> topics, String name) {
        return Objects.requireNonNull(topics.get(name)).topicId().toString();
    }
}
