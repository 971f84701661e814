package io.tidemark.invalidation;

import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.commons.topics.TopicWatch;
import io.tidemark.invalidation.log.Publisher;
import io.tidemark.invalidation.webhooks.WebhooksProperties;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

@SpringBootApplication
@EnableScheduling
public class InvalidationApplication {
    static void main(String[] args) {
        SpringApplication.run(InvalidationApplication.class, args);
    }

    @Bean
    Publisher publisher(PurgeLog purgeLog, TopicWatch topics, WebhooksProperties properties) {
        return new Publisher(purgeLog, topics, properties.publishTimeout());
    }
}
