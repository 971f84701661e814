package io.tidemark.gateway.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Scheduler;

@Timeout(60)
class TimeoutSchedulerTest {
    private final Scheduler timer = TimeoutScheduler.shared();

    @Test
    void runsNothingTooEarlyAndNothingOnTheWheelsThread() throws Exception {
        AtomicReference<Thread> ranOn = new AtomicReference<>();
        CountDownLatch ran = new CountDownLatch(1);
        long start = System.nanoTime();
        timer.schedule(
                () -> {
                    ranOn.set(Thread.currentThread());
                    ran.countDown();
                },
                50,
                TimeUnit.MILLISECONDS);
        ran.await();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
        assertThat(ranOn.get()).isInstanceOf(NonBlocking.class); // one of Reactor's parallel ones
    }

    @Test
    void whatIsCancelledDoesNotRun() throws Exception {
        AtomicBoolean cancelledRan = new AtomicBoolean();
        CountDownLatch later = new CountDownLatch(1);
        timer.schedule(() -> cancelledRan.set(true), 20, TimeUnit.MILLISECONDS).dispose();
        timer.schedule(later::countDown, 200, TimeUnit.MILLISECONDS);
        later.await();
        assertThat(cancelledRan).isFalse();
    }

    @Test
    void repeatsUntilItIsCancelled() throws Exception {
        Semaphore runs = new Semaphore(0);
        Disposable repeated = timer.schedulePeriodically(runs::release, 1, 1, TimeUnit.MILLISECONDS);
        runs.acquire(3);
        repeated.dispose();
        awaitAnother(300); // whatever was on its way is through
        runs.drainPermits();
        awaitAnother(300);
        assertThat(runs.availablePermits()).isZero();
    }

    private void awaitAnother(int millis) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        timer.schedule(over::countDown, millis, TimeUnit.MILLISECONDS);
        over.await();
    }
}
