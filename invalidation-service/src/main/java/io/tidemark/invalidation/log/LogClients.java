package io.tidemark.invalidation.log;

import io.tidemark.contracts.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Makes the reader's Kafka clients and asks the broker's questions. */
final class LogClients {
    private static final TopicPartition WATERMARKS = new TopicPartition(Topics.WATERMARKS, 0);
    private static final List<String> TOPICS = List.of(Topics.PURGES, Topics.WATERMARKS, Topics.ERASURES);
    private static final int TIMEOUT_MILLIS = 2_000;

    private final Admin admin;
    private final Map<String, Object> consumerConfig;
    private final Runnable createTopics;

    /** @param createTopics makes the topics that are missing; may fail */
    LogClients(Admin admin, Map<String, Object> consumerConfig, Runnable createTopics) {
        this.admin = admin;
        this.consumerConfig = Map.copyOf(consumerConfig);
        this.createTopics = createTopics;
    }

    record TopicIds(String purges, String watermarks, String erasures) {}

    /** Waits for the answer; where a topic is missing, makes it. */
    TopicIds topicIds() {
        try {
            return topicIdsLater().join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof UnknownTopicOrPartitionException) {
                createTopics.run();
                return topicIdsLater().join();
            }
            throw failure;
        }
    }

    CompletableFuture<TopicIds> topicIdsLater() {
        return admin.describeTopics(TOPICS, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                .allTopicNames()
                .toCompletionStage()
                .toCompletableFuture()
                .thenApply(topics -> new TopicIds(
                        id(topics, Topics.PURGES), id(topics, Topics.WATERMARKS), id(topics, Topics.ERASURES)));
    }

    CompletableFuture<Long> endOfWatermarks() {
        return admin.listOffsets(
                        Map.of(WATERMARKS, OffsetSpec.latest()), new ListOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
                .partitionResult(WATERMARKS)
                .toCompletionStage()
                .toCompletableFuture()
                .thenApply(result -> result.offset());
    }

    Consumer<byte[], byte[]> consumer() {
        Map<String, Object> config = new HashMap<>(consumerConfig);
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static String id(Map<String, TopicDescription> topics, String name) {
        return Objects.requireNonNull(topics.get(name)).topicId().toString();
    }
}
