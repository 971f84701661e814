package io.tidemark.invalidation.log;

import io.tidemark.commons.drain.Drain;
import io.tidemark.commons.kafka.KafkaClients;
import io.tidemark.commons.topics.ServiceTopics;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.commons.tracing.Tracing;
import io.tidemark.contracts.Topics;
import io.tidemark.invalidation.receipts.Receipts;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ReceiptsProperties.class, SubjectsProperties.class})
class LogConfiguration {
    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    /** Those that it reads, and those that it writes. */
    @Bean
    ServiceTopics serviceTopics() {
        return ServiceTopics.of(
                Topics.PURGES,
                Topics.WATERMARKS,
                Topics.ERASURES,
                Topics.PREVIEWS,
                Topics.PREVIEW_COUNTS,
                Topics.INQUIRIES,
                Topics.INQUIRY_ANSWERS,
                Topics.KEYS);
    }

    @Bean
    ReceiptBoard receiptBoard(
            ReceiptsProperties properties, SubjectsProperties subjects, InstantSource clock, Drain drain) {
        Receipts receipts = new Receipts(properties.lease(), properties.bounds(), subjects.places());
        var board = new ReceiptBoard(receipts, System::nanoTime, clock);
        var _ = drain.onLastCall(board::waitNoLonger);
        return board;
    }

    @Bean
    CompletionMemory completionMemory(ReceiptBoard board, StringRedisTemplate redis) {
        return new CompletionMemory(board, redis);
    }

    @Bean
    LogReader logReader(
            KafkaClients kafka,
            TopicWatch topics,
            ReceiptBoard board,
            CompletionMemory memory,
            Tracing tracing,
            ReceiptsProperties properties) {
        LogClients clients = new LogClients(kafka, topics::lookSoon);
        ReceiptSpans spans = new ReceiptSpans(tracing);
        if (tracing.isOn()) {
            board.onComplete(spans::complete);
        }
        return new LogReader(clients, board, spans, memory::last, properties.capacity());
    }

    /** Ready once the receipts of the purges before the start are there; the broker's later absence changes nothing. */
    @Bean
    HealthIndicator receiptsHealthIndicator(LogReader reader) {
        return () -> (reader.isCaughtUp() ? Health.up() : Health.outOfService())
                .withDetail("caughtUp", reader.isCaughtUp())
                .build();
    }
}
