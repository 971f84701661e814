package io.tidemark.gateway.documents.regions;

import io.tidemark.commons.outage.Outage;
import io.tidemark.gateway.documents.store.DocumentName;
import io.tidemark.gateway.documents.store.WorkList;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is on the region's agenda. All gateways of the region do, each document is done by one at a time, and documents wait for none
 * but themselves.
 */
final class AgendaWorker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AgendaWorker.class);
    private static final int AT_ONCE = 32;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final List<Work> works;
    private final Runnable beside;
    private final Executor workers;
    private final Duration poll;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Thread thread = Thread.ofVirtual().name("documents-agenda").unstarted(this::run);
    private volatile boolean stopped;

    /**
     * One kind of work.
     *
     * @param does blocks, and may fail: then it is done again
     * @param sees told how much waits
     * @param outage told how it goes
     */
    record Work(WorkList list, Consumer<DocumentName> does, Consumer<WorkList.Taken> sees, Outage outage) {}

    /**
     * @param beside done each time, and may fail
     * @param poll how often it is looked whether there is something to do
     */
    AgendaWorker(List<Work> works, Runnable beside, Executor workers, Duration poll) {
        this.works = List.copyOf(works);
        this.beside = beside;
        this.workers = workers;
        this.poll = poll;
    }

    void start() {
        if (!works.isEmpty()) {
            thread.start();
        }
    }

    private void run() {
        while (!stopped) {
            try {
                works.forEach(this::take);
                beside.run();
            } catch (RuntimeException redisAway) {
                log.debug("the agenda of documents cannot be read", redisAway); // said by whoever connects
            }
            try {
                Thread.sleep(poll);
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    private void take(Work work) {
        WorkList.Taken taken = work.list().take(free.availablePermits()).join();
        work.sees().accept(taken);
        taken.names().forEach(name -> {
            free.acquireUninterruptibly();
            workers.execute(() -> work(work, name));
        });
    }

    private void work(Work work, DocumentName name) {
        try {
            work.does().accept(name);
            work.list().done(name).join();
            work.outage().over();
        } catch (RuntimeException failure) {
            work.outage().failed(failure);
            var _ = work.list().mark(name, AGAIN).thenCompose(_ -> work.list().done(name)); // else its lease ends
        } finally {
            free.release();
        }
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }
}
