package io.tidemark.invalidation.log;

import io.tidemark.invalidation.receipts.Receipts;
import java.time.InstantSource;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.kafka.core.KafkaAdmin;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReceiptsProperties.class)
class LogConfiguration {
    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    ReceiptBoard receiptBoard(ReceiptsProperties properties, InstantSource clock) {
        return new ReceiptBoard(new Receipts(properties.lease(), properties.bounds()), System::nanoTime, clock);
    }

    @Bean
    CompletionMemory completionMemory(ReceiptBoard board, StringRedisTemplate redis) {
        return new CompletionMemory(board, redis);
    }

    @Bean
    LogReader logReader(
            Admin admin,
            KafkaAdmin kafkaAdmin,
            KafkaProperties kafka,
            ReceiptBoard board,
            CompletionMemory memory,
            ReceiptsProperties properties) {
        LogClients clients = new LogClients(admin, kafka.buildConsumerProperties(), kafkaAdmin::initialize);
        return new LogReader(clients, board, memory::last, properties.capacity());
    }

    /** Ready once the receipts of the purges before the start are there; the broker's later absence changes nothing. */
    @Bean
    HealthIndicator receiptsHealthIndicator(LogReader reader) {
        return () -> (reader.isCaughtUp() ? Health.up() : Health.outOfService())
                .withDetail("caughtUp", reader.isCaughtUp())
                .build();
    }
}
