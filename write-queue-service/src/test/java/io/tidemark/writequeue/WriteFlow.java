package io.tidemark.writequeue;

import static io.tidemark.writequeue.RunningService.order;
import static io.tidemark.writequeue.RunningService.unique;

import io.tidemark.writequeue.RunningService.Reply;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Writes at a steady pace, forty a second, each for itself and sent once, and what was answered. Thread-safe. */
final class WriteFlow implements AutoCloseable {
    private static final int PAUSE_MS = 25;

    private final RunningService service;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread pace = Thread.ofVirtual().unstarted(this::write);
    private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();

    /** @param key of the write, which the origin sees */
    record Answered(String key, Reply reply) {
        boolean isAccepted() {
            return reply.status() == 202;
        }

        /** What the answer says of why it was not accepted. */
        String detail() {
            return reply.json().path("detail").asString();
        }
    }

    WriteFlow(RunningService service) {
        this.service = service;
        pace.start();
    }

    private void write() {
        try {
            while (true) {
                threads.execute(this::one);
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException ended) {
            // that is how it ends
        }
    }

    private void one() {
        String key = unique("flow");
        answers.add(new Answered(
                key, service.post("/v1/writes", order(unique("c"), Map.of("key", key)), "Idempotency-Key", key)));
    }

    Set<String> accepted() {
        return answers.stream().filter(Answered::isAccepted).map(Answered::key).collect(Collectors.toSet());
    }

    List<Answered> refused() {
        return answers.stream().filter(answer -> !answer.isAccepted()).toList();
    }

    /** Sends no more. */
    void end() throws InterruptedException {
        pace.interrupt();
        pace.join();
    }

    /** Returns when all that was sent is answered. */
    @Override
    public void close() throws InterruptedException {
        end();
        threads.close();
    }
}
