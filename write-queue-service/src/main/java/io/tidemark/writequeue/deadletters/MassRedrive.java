package io.tidemark.writequeue.deadletters;

import io.tidemark.writequeue.status.DeadLetterIndex.DeadPlace;
import io.tidemark.writequeue.status.WriteStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Redrives many dead letters, oldest first, at a rate. It runs on the instance that was asked and ends with it; what was
 * not redriven then is a dead letter still. A letter that dies again is not redriven again.
 */
@Component
class MassRedrive implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MassRedrive.class);
    private static final int PAGE = 100;

    private final DeadLetters letters;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();

    MassRedrive(DeadLetters letters) {
        this.letters = letters;
    }

    /**
     * Starts.
     *
     * @param perSecond how many are redriven in a second
     * @param max after how many it ends
     */
    void start(DeadLetterFilter filter, double perSecond, int max) {
        Thread thread = Thread.ofVirtual().name("redrive").unstarted(() -> {
            try {
                run(filter, Duration.ofNanos((long) (1e9 / perSecond)), max);
            } catch (InterruptedException stopped) {
                log.info("a redrive was stopped");
            } catch (RuntimeException failure) {
                log.warn("a redrive ended early: {}", failure.toString());
            } finally {
                running.remove(Thread.currentThread());
            }
        });
        running.add(thread);
        thread.start();
    }

    private void run(DeadLetterFilter filter, Duration interval, int max) throws InterruptedException {
        DeadPlace place = DeadPlace.START;
        Instant begun = letters.now();
        long start = System.nanoTime();
        int redriven = 0;
        while (place != null && redriven < max) {
            var page = letters.page(filter, place, PAGE);
            for (WriteStatus status : page.deadLetters()) {
                if (redriven == max) {
                    break;
                }
                long ahead = start + interval.toNanos() * redriven - System.nanoTime();
                if (ahead > 0) {
                    Thread.sleep(Duration.ofNanos(ahead));
                }
                if (status.updatedAt().isBefore(begun) && letters.redrive(status)) {
                    redriven++;
                }
            }
            place = page.next();
        }
        log.info("redrove {} dead letters", redriven);
    }

    @Override
    public void close() {
        running.forEach(Thread::interrupt);
    }
}
