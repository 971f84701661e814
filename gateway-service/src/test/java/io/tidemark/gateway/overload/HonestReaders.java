package io.tidemark.gateway.overload;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Honest clients beside a siege: they ask for small things of {@link LargeObjects}, some new, and look at each answer. */
final class HonestReaders implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int port;
    private final AtomicInteger right = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    /** Starts them. */
    HonestReaders(int gatewayPort, int clients, Duration pause) {
        this.port = gatewayPort;
        for (int i = 0; i < clients; i++) {
            int client = i;
            threads.add(Thread.ofVirtual().start(() -> read(client, pause)));
        }
    }

    private void read(int number, Duration pause) {
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build()) {
            for (int i = 0; !over; i++) {
                String path = i % 2 == 0 ? "/small/known" : "/small/" + number + '/' + i;
                look(path, client);
                Thread.sleep(pause);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(String path, HttpClient client) throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(PATIENCE)
                            .build(),
                    BodyHandlers.ofString());
            boolean isRefused = answer.statusCode() == 429 || answer.statusCode() == 503;
            if (answer.statusCode() == 200 && answer.body().equals(path)) {
                right.incrementAndGet();
            } else if (isRefused && answer.headers().firstValue("Retry-After").isPresent()) {
                refused.incrementAndGet();
            } else {
                faults.add(path + ": " + answer.statusCode() + ' ' + answer.body());
            }
        } catch (IOException failed) {
            faults.add(path + ": " + failed);
        }
    }

    /** Answers that were right. */
    int right() {
        return right.get();
    }

    /** Answers 429 or 503 that say when to come again. */
    int refused() {
        return refused.get();
    }

    /** What was neither. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(30));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
