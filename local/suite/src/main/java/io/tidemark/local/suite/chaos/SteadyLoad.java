package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.launcher.SuiteProbe;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Readers of a few stored products in both regions, at a steady pace, and one changer who lets a purge be confirmed as
 * complete before it expects every later read to be new.
 */
public final class SteadyLoad implements AutoCloseable {
    private static final int READERS = 8;
    static final int PRODUCTS = 20;
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final Duration BETWEEN_CHANGES = Duration.ofMillis(500);
    private static final List<String> GATEWAYS = List.of("http://127.0.0.1:8080", "http://127.0.0.1:8081");

    /**
     * What one reader saw.
     *
     * @param error any status but 200, or none
     * @param refused an error that says when to come again: 429 or 503 with Retry-After
     * @param wrong an answer for something else
     * @param old an answer older than a purge that had been confirmed as complete before the read began
     */
    public record Sample(
            long latencyMicros, boolean error, boolean refused, boolean stale, boolean wrong, boolean old) {
        static Sample of(HttpResponse<String> answer, long latencyMicros, String id, long atLeast) {
            int status = answer.statusCode();
            boolean error = status != 200;
            return new Sample(
                    latencyMicros,
                    error,
                    (status == 429 || status == 503)
                            && !Http.header(answer, "Retry-After").isEmpty(),
                    Http.header(answer, "X-Cache-Status").equals("STALE"),
                    !error && !answer.body().contains('"' + id + '"'),
                    !error && version(answer) < atLeast);
        }

        static Sample failed(long latencyMicros) {
            return new Sample(latencyMicros, true, false, false, false, false);
        }
    }

    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final ConcurrentHashMap<Integer, Long> confirmedVersions = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopped;
    private volatile boolean changing = true;

    public void start() {
        for (int reader = 0; reader < READERS; reader++) {
            String gateway = GATEWAYS.get(reader % GATEWAYS.size());
            threads.execute(() -> read(gateway));
        }
        threads.execute(this::change);
    }

    /** Whether products change and are purged. */
    void changes(boolean on) {
        changing = on;
    }

    /** What was seen since the last call. */
    public List<Sample> take() {
        List<Sample> taken = new ArrayList<>();
        for (Sample sample = samples.poll(); sample != null; sample = samples.poll()) {
            taken.add(sample);
        }
        return taken;
    }

    private void read(String gateway) {
        while (!stopped) {
            int product = ThreadLocalRandom.current().nextInt(PRODUCTS);
            long atLeast = confirmedVersions.getOrDefault(product, 0L);
            long begin = System.nanoTime();
            try {
                String id = "chaos-" + product;
                HttpResponse<String> answer = Http.get(gateway + "/api/products/" + id);
                samples.add(Sample.of(answer, microsSince(begin), id, atLeast));
                Thread.sleep(PAUSE);
            } catch (IOException e) {
                samples.add(Sample.failed(microsSince(begin)));
                if (!pause()) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void change() {
        while (!stopped && pause(BETWEEN_CHANGES)) {
            if (!changing) {
                continue;
            }
            int product = ThreadLocalRandom.current().nextInt(PRODUCTS);
            try {
                HttpResponse<String> changed = Http.send(
                        "PUT",
                        "http://127.0.0.1:8084/api/products/chaos-" + product,
                        "{\"at\":" + System.nanoTime() + "}");
                if (changed.statusCode() == 200 && SuiteProbe.purgeAndWait("product:chaos-" + product)) {
                    confirmedVersions.merge(product, version(changed), Math::max);
                }
            } catch (IOException theFaultHitTheChanger) {
                // the next change comes soon
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long version(HttpResponse<?> answer) {
        String version = Http.header(answer, "X-Data-Version");
        return version.isEmpty() ? Long.MAX_VALUE : Long.parseLong(version);
    }

    private static long microsSince(long begin) {
        return (System.nanoTime() - begin) / 1000;
    }

    private static boolean pause() {
        return pause(PAUSE);
    }

    private static boolean pause(Duration duration) {
        try {
            Thread.sleep(duration);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
