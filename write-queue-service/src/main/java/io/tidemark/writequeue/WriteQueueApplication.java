package io.tidemark.writequeue;

import io.tidemark.commons.topics.ServiceTopics;
import io.tidemark.contracts.Topics;
import io.tidemark.writequeue.status.QuotaProperties;
import io.tidemark.writequeue.status.StatusProperties;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Accepts writes, keeps them, and delivers them to their origins. */
@SpringBootApplication
@EnableConfigurationProperties({StatusProperties.class, QuotaProperties.class})
public class WriteQueueApplication {
    static void main(String[] args) {
        SpringApplication.run(WriteQueueApplication.class, args);
    }

    /** Those that it reads, and those that it writes. */
    @Bean
    ServiceTopics serviceTopics() {
        return ServiceTopics.of(Topics.WRITES, Topics.DEAD_WRITES, Topics.PURGES, Topics.ERASURES, Topics.KEYS);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
