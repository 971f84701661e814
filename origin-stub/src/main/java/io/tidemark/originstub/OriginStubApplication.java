package io.tidemark.originstub;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class OriginStubApplication {
    static void main(String[] args) {
        SpringApplication.run(OriginStubApplication.class, args);
    }
}
