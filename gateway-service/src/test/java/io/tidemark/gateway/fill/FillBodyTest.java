package io.tidemark.gateway.fill;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class FillBodyTest {
    private final FillBody body = new FillBody(() -> {});

    private static final class Reader extends BaseSubscriber<byte[]> {
        private final List<Integer> lengths = new ArrayList<>();
        private boolean complete;
        private boolean failed;

        @Override
        protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
            // asks for nothing by itself
        }

        @Override
        protected void hookOnNext(byte[] chunk) {
            lengths.add(chunk.length);
        }

        @Override
        protected void hookOnComplete() {
            complete = true;
        }

        @Override
        protected void hookOnError(Throwable failure) {
            failed = true;
        }
    }

    private Reader reader(long demand) {
        Reader reader = new Reader();
        Flux<byte[]> chunks = Objects.requireNonNull(body.read());
        chunks.subscribe(reader);
        if (demand > 0) {
            reader.request(demand);
        }
        return reader;
    }

    @Test
    void aReaderThatComesLateGetsTheBodyFromItsFirstByte() {
        body.append(new byte[1]);
        body.append(new byte[2]);
        Reader late = reader(Long.MAX_VALUE);
        body.append(new byte[3]);
        body.complete();
        assertThat(late.lengths).containsExactly(1, 2, 3);
        assertThat(late.complete).isTrue();
    }

    @Test
    void eachReaderGetsNoMoreThanItAskedFor() {
        Reader slow = reader(1);
        Reader fast = reader(Long.MAX_VALUE);
        body.append(new byte[1]);
        body.append(new byte[2]);
        assertThat(slow.lengths).containsExactly(1);
        assertThat(fast.lengths).containsExactly(1, 2);
        assertThat(body.slowestLag()).isEqualTo(2);
        slow.request(1);
        assertThat(slow.lengths).containsExactly(1, 2);
        assertThat(body.slowestLag()).isZero();
    }

    @Test
    void anEndIsSeenWithoutDemandAndAFailureToo() {
        Reader ended = reader(0);
        body.complete();
        assertThat(ended.complete).isTrue();
        FillBody broken = new FillBody(() -> {});
        Reader reader = new Reader();
        Objects.requireNonNull(broken.read()).subscribe(reader);
        broken.fail(new IllegalStateException("as scripted"));
        assertThat(reader.failed).isTrue();
        assertThat(broken.hasReaders()).isFalse();
    }

    @Test
    void nobodyCanComeAfterItWasReleased() {
        body.append(new byte[1]);
        body.release();
        assertThat(body.read()).isNull();
    }

    @Test
    void aReaderThatLeavesHoldsNothingUp() {
        Reader leaving = reader(0);
        body.append(new byte[10]);
        assertThat(body.slowestLag()).isEqualTo(10);
        leaving.cancel();
        assertThat(body.hasReaders()).isFalse();
        assertThat(body.slowestLag()).isZero();
    }

    @Test
    void whatAllReadersHavePassedIsFreeThoughTheBodyIsStillHeld() {
        Flux<byte[]> held = Objects.requireNonNull(body.read());
        Reader reader = new Reader();
        held.subscribe(reader);
        reader.request(Long.MAX_VALUE);
        List<WeakReference<byte[]>> chunks = new ArrayList<>();
        body.release();
        for (int i = 0; i < 100; i++) {
            byte[] chunk = new byte[1000];
            chunks.add(new WeakReference<>(chunk));
            body.append(chunk);
        }
        assertThat(reader.lengths).hasSize(100);
        try {
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                System.gc();
                return chunks.stream().limit(99).allMatch(chunk -> chunk.get() == null);
            });
        } finally {
            Reference.reachabilityFence(held);
            Reference.reachabilityFence(body);
        }
    }
}
