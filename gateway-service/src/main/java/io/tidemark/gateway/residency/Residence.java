package io.tidemark.gateway.residency;

/** Where the data that a request is about may be. */
sealed interface Residence {
    /** In this gateway's region. */
    record Here() implements Residence {}

    /** In another one, and nowhere else. */
    record Elsewhere(String region) implements Residence {}

    /** Nobody knows: then nothing of it is kept anywhere. */
    record Unknown() implements Residence {}

    /** Decides, for the requests of one route. Thread-safe; asks nothing that has to be waited for. */
    @FunctionalInterface
    interface Rule {
        Residence of(org.springframework.http.server.reactive.ServerHttpRequest request);
    }
}
