package io.tidemark.originstub;

import java.time.Clock;
import java.time.InstantSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** An origin to try the suite with and to hurt it with. */
@SpringBootApplication(exclude = KafkaAutoConfiguration.class)
@ConfigurationPropertiesScan
public class OriginStubApplication {
    static void main(String[] args) {
        SpringApplication.run(OriginStubApplication.class, args);
    }

    @Bean
    InstantSource clock() {
        return Clock.systemUTC();
    }
}
