package io.tidemark.writequeue.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.contracts.Write;
import io.tidemark.writequeue.log.LoggedWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

@Timeout(90)
class LanesTest {
    /** Lets each write through when it has a permit for its id, and remembers the order. */
    private static final class GatedCourier implements Lanes.Courier {
        final Map<String, Semaphore> gates = new ConcurrentHashMap<>();
        final Map<String, CountDownLatch> begun = new ConcurrentHashMap<>();
        final Queue<String> finished = new ConcurrentLinkedQueue<>();
        final Semaphore finishes = new Semaphore(0);

        Semaphore gate(String id) {
            return gates.computeIfAbsent(id, _ -> new Semaphore(0));
        }

        CountDownLatch begun(String id) {
            return begun.computeIfAbsent(id, _ -> new CountDownLatch(1));
        }

        @Override
        public Step step(PendingWrite write) throws InterruptedException {
            String id = write.logged().write().writeId();
            begun(id).countDown();
            gate(id).acquire();
            finished.add(id);
            finishes.release();
            return new Step.Done();
        }
    }

    private final GatedCourier courier = new GatedCourier();
    private final Lanes lanes = new Lanes("p0", 10, courier);

    @AfterEach
    void nothingIsLeftUnderWay() {
        lanes.abort();
        lanes.awaitEnd(Duration.ofSeconds(30));
        assertThat(lanes.pendingBytes()).isNotNegative();
    }

    private static PendingWrite write(String id, String key, long offset, long position) {
        Write write =
                new Write(1, id, "t", "c", id, key, JsonNodeFactory.instance.objectNode(), null, null, Instant.EPOCH);
        return new PendingWrite(new LoggedWrite(write, offset, position, 0, 100));
    }

    private void awaitFinished(int count) throws InterruptedException {
        assertThat(courier.finishes.tryAcquire(count, 30, TimeUnit.SECONDS)).isTrue();
    }

    private void awaitCommittable(long offset) throws InterruptedException {
        while (lanes.committable() != offset) { // bounded by the test's timeout
            Thread.sleep(1);
        }
    }

    @Test
    void aKeyWaitsForNothingButItself() throws Exception {
        lanes.add(write("a1", "a", 10, 10));
        lanes.add(write("a2", "a", 11, 11));
        lanes.add(write("b1", "b", 12, 12));
        courier.gate("b1").release();
        awaitFinished(1);
        assertThat(courier.finished).containsExactly("b1");
        assertThat(courier.begun("a2").getCount()).isEqualTo(1);

        courier.gate("a1").release();
        courier.gate("a2").release();
        awaitFinished(2);
        assertThat(courier.finished).containsExactly("b1", "a1", "a2");
    }

    @Test
    void theCommittableOffsetIsTheLowestUnfinishedOne() throws Exception {
        assertThat(lanes.committable()).isEqualTo(10);
        lanes.add(write("a1", "a", 10, 10));
        lanes.add(write("b1", "b", 11, 11));
        courier.gate("b1").release();
        awaitFinished(1);
        assertThat(lanes.committable()).isEqualTo(10);
        courier.gate("a1").release();
        awaitCommittable(12);
    }

    @Test
    void aRedrivenWriteTakesItsOldPlaceBeforeTheOthersOfItsKey() throws Exception {
        lanes.add(write("a5", "a", 15, 15));
        assertThat(courier.begun("a5").await(30, TimeUnit.SECONDS)).isTrue();
        lanes.add(write("a6", "a", 16, 16));
        lanes.add(write("a3", "a", 17, 3));
        List.of("a5", "a6", "a3").forEach(id -> courier.gate(id).release());
        awaitFinished(3);
        assertThat(courier.finished).containsExactly("a5", "a3", "a6");
    }

    @Test
    void stoppingWaitsForWhatIsUnderWayAndBeginsNothing() throws Exception {
        lanes.add(write("a1", "a", 10, 10));
        lanes.add(write("a2", "a", 11, 11));
        assertThat(courier.begun("a1").await(30, TimeUnit.SECONDS)).isTrue();
        lanes.stop();
        courier.gate("a1").release();
        lanes.awaitEnd(Duration.ofSeconds(30));
        assertThat(courier.finished).containsExactly("a1");
        assertThat(courier.begun("a2").getCount()).isEqualTo(1);
        assertThat(lanes.committable()).isEqualTo(11);
    }

    @Test
    void whatDoesNotEndInTimeIsAborted() throws Exception {
        lanes.add(write("a1", "a", 10, 10));
        assertThat(courier.begun("a1").await(30, TimeUnit.SECONDS)).isTrue();
        lanes.stop();
        lanes.awaitEnd(Duration.ofMillis(50));
        assertThat(courier.finished).isEmpty();
        assertThat(lanes.committable()).isEqualTo(10);
    }
}
