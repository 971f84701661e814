package io.tidemark.invalidation.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

class AcceptorsTest {
    @Test
    void anInstanceWhoseAcceptorHasEndedIsNotLive() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread acceptor = Thread.ofPlatform().name("http-nio-Acceptor").start(() -> {
            try {
                end.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        Acceptors acceptors = new Acceptors();
        acceptors.watch(List.of(acceptor));
        assertThat(acceptors.health().getStatus()).isEqualTo(Status.UP);
        end.countDown();
        acceptor.join();
        acceptors.look();
        assertThat(acceptors.health().getStatus()).isEqualTo(Status.DOWN);
        assertThat(acceptors.health().getDetails()).containsEntry("ended", List.of("http-nio-Acceptor"));
    }
}
