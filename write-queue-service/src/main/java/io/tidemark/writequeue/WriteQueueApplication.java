package io.tidemark.writequeue;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class WriteQueueApplication {
    static void main(String[] args) {
        SpringApplication.run(WriteQueueApplication.class, args);
    }
}
