package io.tidemark.commons.purgelog;

import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.topics.TopicsAutoConfiguration;
import io.tidemark.commons.topics.TopicsProperties;
import io.tidemark.contracts.Topics;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The writing end of the purge log. Left out with {@code tidemark.kafka.enabled=false}. */
@AutoConfiguration(after = TopicsAutoConfiguration.class)
@ConditionalOnProperty(name = "tidemark.kafka.enabled", matchIfMissing = true)
public class PurgeLogAutoConfiguration {
    private static final Logger log = LoggerFactory.getLogger(PurgeLogAutoConfiguration.class);

    private static final Map<String, Object> PRODUCER = Map.of(
            ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 4_000,
            ProducerConfig.LINGER_MS_CONFIG, 1); // those that leave together share a request

    @Bean
    Producer<byte[], byte[]> purgeLogProducer(KafkaClients clients) {
        Producer<byte[], byte[]> producer = clients.producer("purges", PRODUCER);
        clients.topics().onFound(topic -> {
            if (topic.equals(Topics.PURGES)) {
                Thread.ofVirtual().name("purge-log-warm-up").start(() -> warmUp(producer));
            }
        });
        return producer;
    }

    /** Learns where the purge log is before the first purge needs it. */
    private static void warmUp(Producer<byte[], byte[]> producer) {
        try {
            var _ = producer.partitionsFor(Topics.PURGES);
        } catch (KafkaException notYet) {
            log.debug("The purge log is not known yet: {}", notYet.getMessage());
        }
    }

    @Bean
    PurgeLog purgeLog(Producer<byte[], byte[]> purgeLogProducer, KafkaClients clients, TopicsProperties topics) {
        return new PurgeLog(purgeLogProducer, clients.questions(), topics.purgeSpacing());
    }
}
