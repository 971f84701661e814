package io.tidemark.invalidation;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class InvalidationApplication {
    static void main(String[] args) {
        SpringApplication.run(InvalidationApplication.class, args);
    }
}
