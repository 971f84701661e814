package io.tidemark.gateway.documents;

import io.tidemark.commons.outage.Outage;
import io.tidemark.contracts.DocumentHead;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what is on the region's agenda: tells the other regions of edits and erasures, and looks at what came to rest. All gateways
 * of the region do, each document is done by one at a time, and documents wait for none but themselves.
 */
final class RegionPublisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RegionPublisher.class);
    private static final int AT_ONCE = 32;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Agenda agenda;
    private final ReplicaStore replicas;
    private final DocumentLog documents;
    private final Consumer<DocumentName> settles;
    private final RegionMeters meters;
    private final Executor workers;
    private final Duration poll;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final Outage outage =
            new Outage(log, "Other regions are not told of documents", "Other regions are told of documents");
    private final Thread thread = Thread.ofVirtual().name("documents-agenda").unstarted(this::run);
    private volatile boolean stopped;

    /** @param settles looks at a document that came to rest; blocks, and may fail: then it is done again */
    RegionPublisher(
            Agenda agenda,
            ReplicaStore replicas,
            DocumentLog documents,
            Consumer<DocumentName> settles,
            RegionMeters meters,
            Executor workers,
            Duration poll) {
        this.agenda = agenda;
        this.replicas = replicas;
        this.documents = documents;
        this.settles = settles;
        this.meters = meters;
        this.workers = workers;
        this.poll = poll;
    }

    void start() {
        thread.start();
    }

    /** Whether the last record was sent. */
    String why() {
        return outage.why();
    }

    private void run() {
        while (!stopped) {
            try {
                WorkList.Taken taken = work(agenda.toPublish(), this::publish);
                meters.waiting(taken.waiting(), taken.overdue());
                work(agenda.toSettle(), settles);
                if (agenda.walksNow().join()) {
                    agenda.walk();
                }
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

    private WorkList.Taken work(WorkList list, Consumer<DocumentName> work) {
        WorkList.Taken taken = list.take(free.availablePermits()).join();
        taken.names().forEach(name -> {
            free.acquireUninterruptibly();
            workers.execute(() -> {
                try {
                    work.accept(name);
                    list.done(name).join();
                    outage.over();
                } catch (RuntimeException failure) {
                    outage.failed(failure);
                    var _ = list.mark(name, AGAIN).thenCompose(_ -> list.done(name)); // else its lease ends
                } finally {
                    free.release();
                }
            });
        });
        return taken;
    }

    private void publish(DocumentName name) {
        switch (replicas.unpublished(name).join()) {
            case Unpublished.Nothing _ -> {}
            case Unpublished.Erased(var at, var stores) ->
                documents.erased(name, new DocumentHead.Erased(at, stores)).join();
            case Unpublished.Edits told -> {
                if (!told.update().isEmpty()) {
                    documents.edits(name, told).join();
                    replicas.published(name, told).join();
                }
            }
        }
        agenda.known(name).join();
    }

    @Override
    public void close() {
        stopped = true;
        thread.interrupt();
    }
}
