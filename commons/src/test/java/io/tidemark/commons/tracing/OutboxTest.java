package io.tidemark.commons.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidemark.commons.outage.Outage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is sent off the path: nothing waits for it, and nothing is lost without being counted. */
class OutboxTest {
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private final Outage outage = new Outage(LoggerFactory.getLogger("outbox-test"), "fails", "works");

    private Outbox<Integer> outbox(int capacity, Outbox.Sender<Integer> sender) {
        return new Outbox<>("test.outbox", capacity, 64, sender, outage, metrics);
    }

    private static void awaitEmpty(Outbox<?> outbox) throws InterruptedException {
        long start = System.nanoTime();
        while (outbox.waiting() > 0
                && System.nanoTime() - start < Duration.ofSeconds(30).toNanos()) {
            Thread.sleep(5);
        }
        assertThat(outbox.waiting()).isZero();
    }

    @Test
    void whatIsOfferedByManyIsSentOnceOrCountedAsDropped() throws Exception {
        Set<Integer> got = ConcurrentHashMap.newKeySet();
        AtomicBoolean dead = new AtomicBoolean();
        int threads = 4;
        int each = 25_000;
        try (Outbox<Integer> outbox = outbox(1024, batch -> {
            if (dead.get()) {
                throw new IOException("dead");
            }
            for (Integer item : batch) {
                assertThat(got.add(item)).isTrue();
            }
        })) {
            List<Thread> offering = IntStream.range(0, threads)
                    .mapToObj(t -> Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < each; i++) {
                            if (i == each / 2) {
                                dead.set(true); // killed halfway
                            }
                            outbox.offer(t * each + i);
                        }
                    }))
                    .toList();
            for (Thread thread : offering) {
                thread.join();
            }
            awaitEmpty(outbox);
            assertThat(outbox.sent()).isEqualTo(got.size());
            assertThat(outbox.sent() + outbox.dropped()).isEqualTo((long) threads * each);
            assertThat(outbox.dropped()).isPositive();
            assertThat(outage.lasts()).isTrue();
            dead.set(false);
            outbox.offer(-1);
            awaitEmpty(outbox);
            assertThat(got).contains(-1);
            assertThat(outage.lasts()).isFalse();
        }
    }

    @Test
    void oneThatDoesNotAnswerHoldsNobodyUp() throws Exception {
        CountDownLatch answers = new CountDownLatch(1);
        try (Outbox<Integer> outbox = outbox(16, _ -> answers.await())) {
            long start = System.nanoTime();
            int taken = 0;
            for (int i = 0; i < 10_000; i++) {
                taken += outbox.offer(i) ? 1 : 0;
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            assertThat(taken).isEqualTo(16);
            assertThat(outbox.dropped()).isEqualTo(10_000 - 16);
            assertThat(metrics.get("test.outbox.dropped")
                            .tag("reason", "full")
                            .functionCounter()
                            .count())
                    .isEqualTo(10_000 - 16.0);
            answers.countDown();
            awaitEmpty(outbox);
            assertThat(outbox.sent()).isEqualTo(16);
        }
    }

    @Test
    void whatWaitsAtTheEndIsSent() {
        Outbox<Integer> outbox = outbox(1024, _ -> {});
        for (int i = 0; i < 1000; i++) {
            outbox.offer(i);
        }
        outbox.close();
        assertThat(outbox.sent()).isEqualTo(1000);
        assertThat(outbox.offer(1)).isFalse();
    }
}
