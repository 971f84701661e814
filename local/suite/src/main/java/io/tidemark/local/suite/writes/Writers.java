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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Clients, one for each key: it sends the key's writes at its pace, each one until an instance says 202, and only then the
 * next one. So the order of a key is the order of its acceptances. Every other write is given up once an answer says that it is not
 * accepted, and no more: then it must never be delivered.
 */
final class Writers {
    private final Plan plan;
    private final List<Integer> ports;
    private final Map<String, Long> sentAt = new ConcurrentHashMap<>();
    private final Map<String, List<String>> refusals = new ConcurrentHashMap<>();
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(2))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /**
     * Makes the clients.
     *
     * @param ports of the instances; each request goes to any of them
     */
    Writers(Plan plan, List<Integer> ports) {
        this.plan = plan;
        this.ports = List.copyOf(ports);
    }

    /** When each accepted write was first sent, in epoch milliseconds by its idempotency key. */
    Map<String, Long> sentAt() {
        return sentAt;
    }

    /** Writes that were given up, by idempotency key, with all that was answered, in turn. */
    Map<String, List<String>> refusals() {
        return refusals;
    }

    /** Returns when every write is accepted or given up. */
    void run() throws InterruptedException {
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int k = 0; k < plan.keys(); k++) {
                int number = k;
                running.add(clients.submit(() -> {
                    write(number);
                    return null;
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } catch (ExecutionException failure) {
            throw new PartFailedException("a client gave up: " + failure.getCause(), failure);
        }
    }

    private void write(int number) throws InterruptedException {
        long next = System.nanoTime() + plan.pause().toNanos() * number / plan.keys();
        for (int n = 0; n < plan.writesPerKey(); n++) {
            Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            accept(plan.key(number), n);
            next += plan.pause().toNanos();
        }
    }

    private void accept(String key, int n) throws InterruptedException {
        String idempotencyKey = key + '.' + n;
        String body = "{\"type\":\"tortured\",\"data\":{\"key\":\"" + key + "\",\"n\":" + n + "}}";
        long first = System.currentTimeMillis();
        long deadline = System.nanoTime() + plan.patience().toNanos();
        List<String> answers = new ArrayList<>();
        while (System.nanoTime() < deadline) {
            int port = ports.get(ThreadLocalRandom.current().nextInt(ports.size()));
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/writes"))
                    .timeout(Duration.ofSeconds(15))
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", idempotencyKey)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 202) {
                    sentAt.put(idempotencyKey, first);
                    return;
                }
                if (answer.statusCode() != 503 && answer.statusCode() != 409) {
                    throw new PartFailedException(
                            idempotencyKey + " was answered with " + answer.statusCode() + ' ' + answer.body());
                }
                answers.add(answer.statusCode() + " " + answer.body());
                if (n % 2 == 1 && Plan.isMeasured(key) && isCertain(answer.body())) {
                    refusals.put(idempotencyKey, answers);
                    return;
                }
            } catch (IOException killed) {
                answers.add(killed.toString()); // the next request goes to another instance, or to this one again
            }
            Thread.sleep(Duration.ofMillis(ThreadLocalRandom.current().nextLong(50, 300)));
        }
        throw new PartFailedException(idempotencyKey + " was not accepted in time");
    }

    /** That the write will never be delivered: not by this request, and by none before it. */
    private static boolean isCertain(String answer) {
        return answer.contains("the write is not accepted") && !answer.contains("by this request");
    }
}
