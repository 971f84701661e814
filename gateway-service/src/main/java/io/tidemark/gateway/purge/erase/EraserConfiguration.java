package io.tidemark.gateway.purge.erase;

import io.lettuce.core.RedisURI;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.contracts.Topics;
import io.tidemark.gateway.purge.StoredRecordHead;
import io.tidemark.gateway.purge.TagIndex;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** With Kafka and Redis: the index of the region's Redis, and this gateway's part in erasing from it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(
        name = {"tidemark.kafka.enabled", "tidemark.redis.enabled", "tidemark.purge.eraser"},
        matchIfMissing = true)
class EraserConfiguration {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    @Bean
    RedisConnection eraserRedis(
            @Value("${spring.data.redis.url:redis://127.0.0.1:16379}") String url,
            @Value("${tidemark.redis.cluster:false}") boolean cluster) {
        return new RedisConnection(RedisURI.create(url), cluster);
    }

    @Bean
    TagIndex tagIndex(RedisConnection eraserRedis) {
        return new RedisTagIndex(eraserRedis, RedisTagIndex.MAX_MEMBERS);
    }

    @Bean
    EraserLifecycle eraser(
            RedisConnection eraserRedis,
            ObjectProvider<StoredRecordHead.Reader> heads,
            @Value("${tidemark.region:local}") String region,
            Producer<byte[], byte[]> purgeLogProducer,
            Admin purgeLogAdmin,
            KafkaProperties kafka,
            MeterRegistry registry) {
        Counter deleted = Counter.builder("tidemark.eraser.deleted")
                .description("Responses that this gateway deleted from its region's Redis because of a purge")
                .register(registry);
        return new EraserLifecycle(() -> new EraserLoop(
                region,
                () -> consumer(kafka, region),
                purgeLogProducer,
                () -> epoch(purgeLogAdmin),
                new RedisEraser(eraserRedis, heads.getObject(), TIMEOUT),
                InstantSource.system(),
                deleted::increment));
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaProperties kafka, String region) {
        var config = new java.util.HashMap<>(kafka.buildConsumerProperties());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, "tidemark-eraser-" + region);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static String epoch(Admin admin) {
        var description = Objects.requireNonNull(
                admin.describeTopics(List.of(Topics.PURGES)).topicNameValues().get(Topics.PURGES));
        try {
            return description
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .topicId()
                    .toString();
        } catch (ExecutionException | TimeoutException failure) {
            throw new EraserException("the purge log does not say its epoch", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EraserException("interrupted", interrupted);
        }
    }
}
