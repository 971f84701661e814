package io.tidemark.gateway;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class GatewayApplication {
    /** Reactor Netty's own default is four event loops at least, which take turns on fewer processors. */
    private static final String EVENT_LOOPS = "reactor.netty.ioWorkerCount";

    static void main(String[] args) {
        int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
        System.getProperties().putIfAbsent(EVENT_LOOPS, Integer.toString(processors));
        SpringApplication.run(GatewayApplication.class, args);
    }
}
