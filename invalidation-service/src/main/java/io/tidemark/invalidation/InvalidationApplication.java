package io.tidemark.invalidation;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

@SpringBootApplication
@EnableScheduling
public class InvalidationApplication {
    static void main(String[] args) {
        SpringApplication.run(InvalidationApplication.class, args);
    }
}
