package io.tidemark.writequeue.torture;

import io.tidemark.writequeue.WriteQueueApplication;
import org.springframework.boot.SpringApplication;

/** The service as a process that ends with its parent. */
final class TortureService {
    private TortureService() {}

    static void main(String[] args) {
        Child.endWithParent();
        SpringApplication.run(WriteQueueApplication.class, args);
    }
}
