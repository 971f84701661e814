package io.tidemark.local.suite.backends;

import io.tidemark.local.suite.client.LeanHttp;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Writes, at a steady pace, each for itself and sent once. Thread-safe. */
final class WriteTraffic implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(50);

    /**
     * What one was answered.
     *
     * @param status 0: no answer
     * @param certain that it is not accepted, as the answer says
     */
    private record Sent(String key, int status, boolean certain, long answeredAt) {}

    private final String url;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();

    /** @param queue where a write queue is */
    WriteTraffic(String queue) {
        url = queue + "/v1/writes";
        threads.execute(this::write);
    }

    private void write() {
        try {
            while (true) {
                threads.execute(this::one);
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void one() {
        String key = UUID.randomUUID().toString();
        String body = "{\"type\":\"tried\",\"data\":{\"key\":\"" + key + "\"}}";
        try {
            LeanHttp.Answer answer = LeanHttp.post(url, body, "Idempotency-Key", key);
            boolean certain = answer.status() != 202 && !answer.body().contains("may have been stored");
            sent.add(new Sent(key, answer.status(), certain, System.nanoTime()));
        } catch (IOException none) {
            sent.add(new Sent(key, 0, false, System.nanoTime()));
        }
    }

    /** How many were accepted since, and how many not; the longest time without an acceptance. */
    record Figures(long accepted, long refused, Duration longestGap) {}

    /** What was answered since a moment of {@link System#nanoTime}. */
    Figures since(long begin) {
        List<Long> times = new ArrayList<>(List.of(begin));
        long refused = 0;
        for (Sent each : sent) {
            if (each.answeredAt() - begin > 0) {
                if (each.status() == 202) {
                    times.add(each.answeredAt());
                } else {
                    refused++;
                }
            }
        }
        long accepted = times.size() - 1L;
        times.add(System.nanoTime());
        times.sort(null);
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return new Figures(accepted, refused, Duration.ofNanos(longest));
    }

    Set<String> accepted() {
        return keys(true);
    }

    /** Those of which the answer said that they are not. */
    Set<String> surelyRefused() {
        return keys(false);
    }

    private Set<String> keys(boolean accepted) {
        Set<String> keys = new TreeSet<>();
        for (Sent each : sent) {
            if (accepted ? each.status() == 202 : each.certain()) {
                keys.add(each.key());
            }
        }
        return keys;
    }

    /** Sends no more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
