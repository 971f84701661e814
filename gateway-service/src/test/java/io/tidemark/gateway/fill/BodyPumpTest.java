package io.tidemark.gateway.fill;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.overload.Account;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.scheduler.VirtualTimeScheduler;

/** A body on its way past the limit of what is stored, and readers that do not read. */
class BodyPumpTest {
    private static final int LIMIT = 1000;
    private static final int CHUNK = 64 * 1024;

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final Origin origin = new Origin();
    private final HeldBytes budget = new HeldBytes(1_600_000);
    private final List<Reader> readers = new ArrayList<>();
    private final List<Integer> stored = new ArrayList<>();
    private final BodyPump pump = pump(-1);

    private BodyPump pump(long declared) {
        return new BodyPump(
                LIMIT,
                declared,
                Duration.ofMinutes(1),
                timer,
                "origin:80",
                new SlowReaders(Duration.ofSeconds(30), Duration.ofSeconds(5)),
                budget,
                bytes -> stored.add(bytes == null ? -1 : bytes.length));
    }

    /** Sends chunks as far as it is asked to. */
    private final class Origin implements Subscription {
        private long requested;
        private boolean cancelled;

        void start() {
            pump.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            requested += n;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        int send(int chunks, int length) {
            int sent = 0;
            while (sent < chunks && requested > 0 && !cancelled) {
                requested--;
                sent++;
                pump.onNext(Unpooled.wrappedBuffer(new byte[length]));
            }
            return sent;
        }
    }

    @AfterEach
    void end() {
        pump.cancel();
        readers.forEach(Reader::cancel);
        timer.dispose();
        assertThat(budget.held()).as("held for a body that is over").isZero();
    }

    private static final class Reader extends BaseSubscriber<byte[]> {
        private long bytes;
        private boolean complete;
        private Throwable failure = new AssertionError("has not failed");

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks for nothing by itself
        }

        @Override
        protected void hookOnNext(byte[] chunk) {
            bytes += chunk.length;
        }

        @Override
        protected void hookOnComplete() {
            complete = true;
        }

        @Override
        protected void hookOnError(Throwable throwable) {
            failure = throwable;
        }
    }

    private Reader reader(long demand) {
        Reader reader = new Reader();
        readers.add(reader);
        Flux<byte[]> body = Objects.requireNonNull(pump.read());
        body.subscribe(reader);
        if (demand > 0) {
            reader.request(demand);
        }
        return reader;
    }

    /** Whoever has its head has all of it, and may ask again at once. */
    @Test
    void anAnswerWithoutABodyIsStoredBeforeItsEndHasCome() {
        BodyPump empty = pump(0);
        Flux.<ByteBuf>never().subscribe(empty);
        assertThat(stored).containsExactly(0);
        empty.cancel();
    }

    @Test
    void settledIsWhatIsWholeAndWhatIsTooLongToBeStored() {
        List<String> seen = new ArrayList<>();
        pump.settled().subscribe(_ -> {}, failure -> seen.add(failure.getMessage()), () -> seen.add("settled"));
        origin.start();
        Flux<byte[]> body = Objects.requireNonNull(pump.read());
        origin.send(1, LIMIT);
        assertThat(seen).isEmpty();
        origin.send(1, 1);
        assertThat(seen).containsExactly("settled");
        assertThat(stored).containsExactly(-1);
        Reader reader = new Reader();
        body.subscribe(reader);
        reader.request(Long.MAX_VALUE);
        assertThat(reader.bytes).as("from the first byte").isEqualTo(LIMIT + 1);
    }

    @Test
    void whatIsCollectedIsHeldTwiceAndOnceItIsStoredForItsReadersOnly() {
        origin.start();
        Reader slow = reader(1);
        origin.send(2, 400);
        assertThat(budget.held(HeldFor.STORING)).isEqualTo(1600);
        pump.onComplete();
        assertThat(stored).containsExactly(800);
        assertThat(budget.held(HeldFor.STORING)).isEqualTo(800);
        slow.request(5);
        assertThat(slow.complete).isTrue();
        assertThat(budget.held()).isZero();
    }

    @Test
    void aBodyWithoutRoomInTheBudgetIsPassedOnAndNotStored() {
        try (Account others = budget.account(HeldFor.REQUESTS)) {
            others.hold(budget.budget() / 2 - 1000);
            origin.start();
            Reader reader = reader(1);
            origin.send(1, 400);
            assertThat(stored).isEmpty();
            assertThat(pump.read()).as("room for one who joins").isNotNull().satisfies(body -> {
                Reader second = new Reader();
                readers.add(second);
                body.subscribe(second);
                second.request(Long.MAX_VALUE);
            });
            origin.send(1, 400);
            assertThat(stored).as("told at once").containsExactly(-1);
            assertThat(pump.read()).as("nobody joins any more").isNull();
            assertThat(budget.held(HeldFor.STORING))
                    .as("what the slow one has not read")
                    .isEqualTo(400);
            others.hold(1000);
            reader.request(1);
            assertThat(origin.send(5, 400)).as("the origin waits for readers").isEqualTo(1);
            reader.request(Long.MAX_VALUE);
            origin.send(1, 100);
            pump.onComplete();
            assertThat(reader.complete).isTrue();
            assertThat(reader.bytes).isEqualTo(1300);
        }
    }

    @Test
    void settledFailsAsTheBodyDoes() {
        List<Throwable> seen = new ArrayList<>();
        pump.settled().subscribe(_ -> {}, seen::add);
        origin.start();
        OriginFailure failure = new OriginFailure(OriginFailure.Reason.BROKEN_OFF, "origin:80", null);
        pump.onError(failure);
        assertThat(seen).containsExactly(failure);
    }

    @Test
    void whoTakesNothingIsLetGoAndWhoJoinedGoesOn() {
        origin.start();
        Reader stalled = reader(1);
        Reader going = reader(Long.MAX_VALUE);
        int before = origin.send(1000, CHUNK);
        assertThat(before).as("no further than the window").isLessThan(10);
        timer.advanceTimeBy(Duration.ofMillis(4900));
        assertThat(stalled.isDisposed()).isFalse();
        timer.advanceTimeBy(Duration.ofMillis(200));
        assertThat(stalled.failure).isInstanceOf(SlowReaders.LetGo.class);
        assertThat(origin.send(1, CHUNK)).isEqualTo(1);
        pump.onComplete();
        assertThat(going.bytes).isEqualTo((before + 1L) * CHUNK);
        assertThat(going.complete).isTrue();
    }

    @Test
    void whoIsAloneMayTakeLongerAndThenTheOriginIsLeft() {
        origin.start();
        Reader stalled = reader(1);
        origin.send(1000, CHUNK);
        timer.advanceTimeBy(Duration.ofSeconds(29));
        assertThat(stalled.isDisposed()).isFalse();
        timer.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(stalled.failure).isInstanceOf(SlowReaders.LetGo.class);
        assertThat(origin.cancelled).isTrue();
    }

    @Test
    void whoNeverSubscribesIsLetGoLikeWhoTakesNothing() {
        origin.start();
        Flux<byte[]> forgotten = Objects.requireNonNull(pump.read());
        origin.send(1000, CHUNK);
        timer.advanceTimeBy(Duration.ofSeconds(31));
        assertThat(origin.cancelled).isTrue();
        Reader late = new Reader();
        forgotten.subscribe(late);
        assertThat(late.failure).isInstanceOf(SlowReaders.LetGo.class);
    }

    @Test
    void whoReadsSlowlyIsNotLetGo() {
        origin.start();
        Reader slow = reader(1);
        for (int second = 0; second < 120; second++) {
            origin.send(1000, CHUNK);
            timer.advanceTimeBy(Duration.ofSeconds(1));
            slow.request(1);
        }
        assertThat(slow.isDisposed()).isFalse();
        assertThat(slow.bytes).isGreaterThan(100L * CHUNK);
    }

    @Test
    void whenTheLastReaderHasLeftTheOriginIsLeftToo() {
        origin.start();
        Reader leaving = reader(1);
        origin.send(1000, CHUNK);
        assertThat(origin.cancelled).isFalse();
        leaving.cancel();
        assertThat(origin.cancelled).isTrue();
    }
}
