package io.tidemark.writequeue;

import io.tidemark.writequeue.status.StatusProperties;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Accepts writes, keeps them, and delivers them to their origins. */
@SpringBootApplication
@EnableConfigurationProperties(StatusProperties.class)
public class WriteQueueApplication {
    static void main(String[] args) {
        SpringApplication.run(WriteQueueApplication.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
