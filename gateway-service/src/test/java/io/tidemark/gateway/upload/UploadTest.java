package io.tidemark.gateway.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.origin.UploadFailure;
import io.tidemark.gateway.origin.UploadFailure.Reason;
import io.tidemark.gateway.overload.Account;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Clients and readers at all speeds. */
class UploadTest {
    private static final Duration IDLE = Duration.ofSeconds(8);

    private static final Duration BEHIND = Duration.ofSeconds(2);

    private boolean othersWait;
    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final HeldBytes memory = new HeldBytes(20_000);
    private final Upload upload = upload(1000);
    private final Sinks.Many<DataBuffer> client = Sinks.many().unicast().onBackpressureBuffer();
    private final List<Object> seen = new ArrayList<>();

    private Upload upload(long collect) {
        return new Upload(
                new UploadLimits(collect, IDLE.toNanos(), BEHIND.toNanos(), 100),
                memory.account(HeldFor.CONTENTS),
                timer,
                () -> timer.now(TimeUnit.NANOSECONDS),
                () -> othersWait);
    }

    private void begin() {
        upload.collect(client.asFlux()).subscribe(_ -> {}, seen::add, () -> seen.add("collected"));
    }

    private void send(int length) {
        client.tryEmitNext(DefaultDataBufferFactory.sharedInstance.wrap(new byte[length]));
    }

    private final class Reader extends BaseSubscriber<DataBuffer> {
        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks for nothing by itself
        }

        @Override
        protected void hookOnNext(DataBuffer piece) {
            seen.add(piece.readableByteCount());
        }

        @Override
        protected void hookOnComplete() {
            seen.add("whole");
        }

        @Override
        protected void hookOnError(Throwable failure) {
            seen.add(((UploadFailure) failure).reason());
        }
    }

    private Reader read(long demand) {
        Reader reader = new Reader();
        upload.subscribe(reader);
        reader.request(demand);
        return reader;
    }

    @AfterEach
    void nothingIsLeftInMemory() {
        upload.close();
        assertThat(memory.held(HeldFor.CONTENTS)).isZero();
        timer.dispose();
    }

    @Test
    void whatIsSmallIsWholeBeforeTheRequestGoesOn() {
        begin();
        send(10);
        send(20);
        assertThat(seen).isEmpty();
        client.tryEmitComplete();
        assertThat(seen).containsExactly("collected");
        read(Long.MAX_VALUE);
        assertThat(seen).containsExactly("collected", 10, 20, "whole");
    }

    @Test
    void whatIsLongGoesOnWithItsBeginning() {
        begin();
        send(500);
        send(500);
        assertThat(seen).containsExactly("collected");
        Reader reader = read(1);
        send(700);
        assertThat(seen).containsExactly("collected", 500);
        reader.request(2);
        client.tryEmitComplete();
        assertThat(seen).containsExactly("collected", 500, 500, 700, "whole");
    }

    @Test
    void manyTinyPiecesCountForWhatTheyTake() {
        begin();
        for (int i = 0; i < 8; i++) {
            send(1);
        }
        assertThat(seen).containsExactly("collected");
    }

    @Test
    void aClientThatSendsNothingIsGivenUp() {
        begin();
        send(10);
        timer.advanceTimeBy(IDLE.minusSeconds(1));
        assertThat(seen).isEmpty();
        timer.advanceTimeBy(Duration.ofSeconds(3));
        assertThat(seen)
                .singleElement()
                .isInstanceOfSatisfying(
                        UploadFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.CLIENT_SLOW));
    }

    @Test
    void aClientThatDripsIsGivenUp() {
        begin();
        send(999);
        read(Long.MAX_VALUE);
        for (int second = 0; second < 60 && !seen.contains(Reason.CLIENT_SLOW); second++) {
            send(50);
            timer.advanceTimeBy(Duration.ofSeconds(1));
        }
        assertThat(seen).endsWith(Reason.CLIENT_SLOW);
    }

    @Test
    void howMuchAClientHasSentBuysItNoTime() {
        begin();
        send(999);
        read(Long.MAX_VALUE);
        send(1_000_000);
        timer.advanceTimeBy(IDLE.minusSeconds(2));
        assertThat(seen).doesNotContain(Reason.CLIENT_SLOW);
        for (int second = 0; second < 4; second++) {
            send(50);
            timer.advanceTimeBy(Duration.ofSeconds(1));
        }
        assertThat(seen).doesNotContain(Reason.CLIENT_SLOW);
        timer.advanceTimeBy(Duration.ofSeconds(2));
        assertThat(seen).endsWith(Reason.CLIENT_SLOW);
    }

    @Test
    void whereOthersWaitForItsPlaceAClientThatStallsIsGivenUpSooner() {
        begin();
        send(999);
        read(Long.MAX_VALUE);
        send(1_000_000);
        timer.advanceTimeBy(BEHIND.plusSeconds(1));
        assertThat(seen).doesNotContain(Reason.CLIENT_SLOW);
        othersWait = true;
        timer.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(seen).endsWith(Reason.CLIENT_SLOW);
    }

    @Test
    void whereOthersWaitForItsPlaceAClientThatDripsIsGivenUpSooner() {
        othersWait = true;
        begin();
        send(999);
        read(Long.MAX_VALUE);
        timer.advanceTimeBy(Duration.ofMillis(500));
        send(1_000_000);
        for (int second = 0; second < 2 * BEHIND.toSeconds() + 1; second++) {
            timer.advanceTimeBy(Duration.ofSeconds(1));
            send(50);
        }
        assertThat(seen).contains(Reason.CLIENT_SLOW);
    }

    @Test
    void aClientThatSendsAtTheLeastRateIsNot() {
        begin();
        send(999);
        read(Long.MAX_VALUE);
        for (int second = 0; second < 600; second++) {
            send(101);
            timer.advanceTimeBy(Duration.ofSeconds(1));
        }
        assertThat(seen).doesNotContain(Reason.CLIENT_SLOW).hasSize(602);
    }

    @Test
    void theReadersSlownessIsNotTheClients() {
        begin();
        send(999);
        Reader reader = read(1);
        timer.advanceTimeBy(Duration.ofMinutes(10));
        send(1);
        client.tryEmitComplete();
        reader.request(1);
        assertThat(seen).containsExactly("collected", 999, 1, "whole");
    }

    @Test
    void whereThereIsNoMemoryNothingIsCollected() {
        Account others = memory.account(HeldFor.REQUESTS);
        others.hold(19_900);
        begin();
        send(500);
        others.close();
        assertThat(seen)
                .singleElement()
                .isInstanceOfSatisfying(
                        UploadFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.NO_ROOM));
    }

    @Test
    void withoutCollectingTheRequestGoesOnAtOnce() {
        Upload uncollected = upload(0);
        uncollected.collect(client.asFlux()).subscribe(_ -> {}, seen::add, () -> seen.add("collected"));
        assertThat(seen).containsExactly("collected");
        uncollected.close();
    }

    @Test
    void whoClosesEndsItForTheReader() {
        begin();
        send(999);
        read(0x7fff);
        upload.close();
        client.tryEmitComplete();
        assertThat(seen).containsExactly("collected", 999);
    }
}
