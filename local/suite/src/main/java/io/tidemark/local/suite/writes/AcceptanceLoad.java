package io.tidemark.local.suite.writes;

import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** 64 clients that write, over connections that stay open, as fast as they are answered or at a rate. */
final class AcceptanceLoad {
    private static final int CLIENTS = 64;
    private static final int KEYS = 1000;

    private final URI writes;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    AcceptanceLoad(int port) {
        this.writes = URI.create("http://127.0.0.1:" + port + "/v1/writes");
    }

    /**
     * What came of it.
     *
     * @param micros of each accepted one; at a rate, from the time at which it was due
     */
    record Result(List<Long> micros, int refused, Duration took) {
        int accepted() {
            return micros.size();
        }

        double perSecond() {
            return accepted() / (took.toNanos() / 1e9);
        }
    }

    /**
     * Writes for so long.
     *
     * @param perSecond all clients together; 0: as fast as they are answered
     */
    Result run(double perSecond, Duration time) throws InterruptedException {
        Queue<Long> micros = new ConcurrentLinkedQueue<>();
        AtomicInteger refused = new AtomicInteger();
        AtomicLong started = new AtomicLong();
        long begin = System.nanoTime();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                running.add(clients.submit(() -> {
                    while (true) {
                        long number = started.getAndIncrement();
                        long due = perSecond == 0 ? System.nanoTime() : begin + (long) (number * 1e9 / perSecond);
                        if (due - begin > time.toNanos()) {
                            return null;
                        }
                        Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                        if (isAccepted(number)) {
                            micros.add((System.nanoTime() - due) / 1000);
                        } else {
                            refused.incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } catch (ExecutionException failure) {
            throw new PartFailedException("a client gave up: " + failure.getCause(), failure);
        }
        return new Result(List.copyOf(micros), refused.get(), Duration.ofNanos(System.nanoTime() - begin));
    }

    private boolean isAccepted(long number) throws InterruptedException {
        String body = "{\"type\":\"measured\",\"data\":{\"key\":\"k" + number % KEYS
                + "\",\"name\":\"Spring tide table\",\"price\":12.50,\"stock\":7}}";
        HttpRequest request = HttpRequest.newBuilder(writes)
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 202;
        } catch (IOException broken) {
            return false;
        }
    }
}
