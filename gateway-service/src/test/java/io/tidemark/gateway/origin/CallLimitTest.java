package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class CallLimitTest {
    private CallLimit limit = new CallLimit(2, 2, Duration.ofSeconds(30), TimeoutScheduler.shared());

    /** A place may be left a moment after its call has ended for all others to see. */
    @AfterEach
    void nothingIsLeftBehind() {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (limit.taken() + limit.waiting() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(limit.taken()).isZero();
        assertThat(limit.waiting()).isZero();
    }

    private CallLimit.Place take() {
        return Objects.requireNonNull(limit.enter().block(Duration.ofSeconds(30)));
    }

    private CompletableFuture<CallLimit.Place> later() {
        CompletableFuture<CallLimit.Place> place = new CompletableFuture<>();
        limit.enter().subscribe(place::complete, place::completeExceptionally);
        return place;
    }

    @Test
    void whoComesWhenAllPlacesAreTakenGetsTheNextThatIsLeft() throws Exception {
        CallLimit.Place one = take();
        CallLimit.Place two = take();
        CompletableFuture<CallLimit.Place> third = later();
        assertThat(third).isNotDone();
        one.close();
        third.get(30, TimeUnit.SECONDS).close();
        two.close();
    }

    @Test
    void aPlaceThatIsLeftTwiceIsFreeOnce() {
        CallLimit.Place one = take();
        CallLimit.Place two = take();
        one.close();
        one.close();
        assertThat(limit.taken()).isEqualTo(1);
        two.close();
    }

    @Test
    void moreThanMayWaitAreRefusedAtOnce() throws Exception {
        List<CallLimit.Place> taken = List.of(take(), take());
        List<CompletableFuture<CallLimit.Place>> waiting = List.of(later(), later());
        assertThat(later())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(CallLimit.FullException.class)
                .withMessageContaining("2 places are taken and 2 wait");
        taken.forEach(CallLimit.Place::close);
        for (CompletableFuture<CallLimit.Place> waiter : waiting) {
            waiter.get(30, TimeUnit.SECONDS).close();
        }
    }

    @Test
    void whoWaitsTooLongIsRefused() {
        limit = new CallLimit(1, 1, Duration.ofMillis(20), TimeoutScheduler.shared());
        CallLimit.Place one = take();
        assertThat(later())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(CallLimit.FullException.class)
                .withMessageContaining("within PT0.02S");
        one.close();
    }

    /** Nobody is told anything under the lock. */
    @Nested
    class WhoIsTold {
        /** How many places are taken, as another thread sees it while who comes is being told. */
        private CompletableFuture<Integer> seenWhileToldToOneWhoComes() {
            CompletableFuture<Integer> seen = new CompletableFuture<>();
            limit.enter()
                    .subscribe(
                            place -> {
                                look(seen);
                                place.close();
                            },
                            _ -> look(seen));
            return seen;
        }

        private void look(CompletableFuture<Integer> seen) {
            try {
                seen.complete(CompletableFuture.supplyAsync(limit::taken).get(5, TimeUnit.SECONDS));
            } catch (Exception isHeld) {
                seen.completeExceptionally(isHeld);
            }
        }

        @Test
        void ofAPlaceAtOnceMayWaitForWhoUsesTheLimit() {
            assertThat(seenWhileToldToOneWhoComes()).isCompletedWithValue(1);
        }

        @Test
        void ofAPlaceThatIsLeftMayWaitForWhoUsesTheLimit() {
            limit = new CallLimit(1, 1, Duration.ofSeconds(30), TimeoutScheduler.shared());
            CallLimit.Place one = take();
            CompletableFuture<Integer> seen = seenWhileToldToOneWhoComes();
            assertThat(seen).isNotDone();
            one.close();
            assertThat(seen).isCompletedWithValue(1);
        }

        @Test
        void thatThereIsNoneMayWaitForWhoUsesTheLimit() {
            limit = new CallLimit(1, 0, Duration.ofSeconds(30), TimeoutScheduler.shared());
            CallLimit.Place one = take();
            assertThat(seenWhileToldToOneWhoComes()).isCompletedWithValue(1);
            one.close();
        }

        @Test
        void thatItTakesTooLongMayWaitForWhoUsesTheLimit() {
            limit = new CallLimit(1, 1, Duration.ofMillis(20), TimeoutScheduler.shared());
            CallLimit.Place one = take();
            assertThat(seenWhileToldToOneWhoComes())
                    .succeedsWithin(Duration.ofSeconds(30))
                    .isEqualTo(1);
            one.close();
        }
    }

    @Test
    void aLongQueueOfCallsThatEndAtOnceTakesNoStack() {
        limit = new CallLimit(1, 20_000, Duration.ofSeconds(30), TimeoutScheduler.shared());
        CallLimit.Place one = take();
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 20_000; i++) {
            limit.enter().subscribe(place -> {
                ended.incrementAndGet();
                place.close();
            });
        }
        one.close();
        assertThat(ended).hasValue(20_000);
    }

    @Test
    void whoLeavesTheQueueIsPassedOver() throws Exception {
        CallLimit.Place one = take();
        CallLimit.Place two = take();
        Disposable gone = limit.enter().subscribe();
        CompletableFuture<CallLimit.Place> stays = later();
        gone.dispose();
        one.close();
        stays.get(30, TimeUnit.SECONDS).close();
        two.close();
    }

    @Test
    void underManyWhoComeAndGoNeverMoreAreInsideAndNoPlaceIsLost() {
        limit = new CallLimit(3, 1000, Duration.ofSeconds(30), TimeoutScheduler.shared());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Flux.range(0, 2000)
                .flatMap(
                        i -> limit.enter()
                                .flatMap(place -> Mono.delay(Duration.ofNanos(
                                                ThreadLocalRandom.current().nextInt(1000)))
                                        .doOnSubscribe(_ -> most.accumulateAndGet(inside.incrementAndGet(), Math::max))
                                        .doFinally(_ -> {
                                            inside.decrementAndGet();
                                            place.close();
                                        }))
                                .take(Duration.ofMillis(i % 7)) // some leave
                                .onErrorComplete(),
                        500)
                .blockLast(Duration.ofSeconds(60));
        assertThat(most.get()).isBetween(1, 3);
    }
}
