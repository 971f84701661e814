package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.client.DemoToken;
import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Sessions of eu, each counted up through the gateways of both regions at once while something is done to the suite. What must be
 * true: no acknowledged count is lost, nobody reads another's entry, no session is lost, and who is refused is told when to come again.
 */
final class SessionLoad {
    private static final List<String> GATEWAYS = List.of("http://127.0.0.1:8080", "http://127.0.0.1:8081");
    private static final String ENTRY = "/edge/session/state/count";
    private static final int SESSIONS = 4;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration BACK_WITHIN = Duration.ofSeconds(60);

    private final @Nullable String tokenSecret;
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refused = new AtomicInteger();
    private List<Counted> counted = List.of();
    private CountDownLatch writers = new CountDownLatch(0);
    private volatile boolean stopped;

    /**
     * A session that is counted up.
     *
     * @param done counts that were acknowledged
     * @param unsure those of whom nobody knows: they were done whole, or not at all
     */
    private record Counted(String cookie, String name, AtomicInteger done, AtomicInteger unsure) {}

    /**
     * @param tokenSecret what the demo issuer signs with, for sessions of users, whose keys go away: some must be refused; null:
     *     sessions of nobody
     */
    SessionLoad(@Nullable String tokenSecret) {
        this.tokenSecret = tokenSecret;
    }

    private HttpResponse<String> begun(int number) throws IOException, InterruptedException {
        String url = GATEWAYS.getFirst() + "/edge/session";
        return tokenSecret == null
                ? Http.send("POST", url, "")
                : Http.send(
                        "POST",
                        url,
                        "",
                        "Authorization",
                        "Bearer " + DemoToken.of("chaos-user-" + number, tokenSecret));
    }

    /** Makes the sessions and begins to count. */
    void begin() throws IOException, InterruptedException {
        stopped = false;
        wrong.clear();
        refused.set(0);
        List<Counted> made = new ArrayList<>();
        for (int n = 0; n < SESSIONS; n++) {
            HttpResponse<String> begun = begun(n);
            String cookie = Http.header(begun, "Set-Cookie").split(";", 2)[0];
            var one = new Counted(cookie, "chaos-" + n, new AtomicInteger(), new AtomicInteger());
            HttpResponse<String> first =
                    Http.send("PUT", GATEWAYS.getFirst() + ENTRY, body(one, 0), "Cookie", cookie, "If-None-Match", "*");
            if (first.statusCode() != 201) {
                throw new IOException("no session to count in: " + begun.statusCode() + ", " + first.statusCode());
            }
            made.add(one);
        }
        counted = made;
        writers = new CountDownLatch(SESSIONS * GATEWAYS.size());
        for (Counted one : made) {
            for (String gateway : GATEWAYS) {
                Thread.ofVirtual().start(() -> {
                    try {
                        countUp(one, gateway);
                    } finally {
                        writers.countDown();
                    }
                });
            }
        }
        long end = System.nanoTime() + BACK_WITHIN.toNanos();
        while (made.stream().anyMatch(one -> one.done.get() == 0) && System.nanoTime() < end) {
            Thread.sleep(PAUSE); // what is not counted before the fault cannot be lost by it
        }
    }

    private static String body(Counted one, int count) {
        return "{\"of\":\"" + one.name + "\",\"n\":" + count + '}';
    }

    private void countUp(Counted one, String gateway) {
        boolean isWriting = false;
        while (!stopped) {
            try {
                isWriting = false;
                HttpResponse<String> read = Http.get(gateway + ENTRY, "Cookie", one.cookie);
                if (isAnswered(read, gateway, 200)) {
                    JsonNode entry = own(read, one);
                    isWriting = true;
                    HttpResponse<String> written = Http.send(
                            "PUT",
                            gateway + ENTRY,
                            body(one, entry.path("n").asInt() + 1),
                            "Cookie",
                            one.cookie,
                            "If-Match",
                            Http.header(read, "ETag"));
                    if (written.statusCode() >= 500) {
                        one.unsure.incrementAndGet();
                    }
                    if (isAnswered(written, gateway, 204) && written.statusCode() == 204) {
                        one.done.incrementAndGet();
                    }
                }
                Thread.sleep(PAUSE);
            } catch (IOException theGatewayIsAway) {
                one.unsure.addAndGet(isWriting ? 1 : 0);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Whether it is an answer; a refusal says when to come again. Another writer may have been faster. */
    private boolean isAnswered(HttpResponse<String> answer, String gateway, int expected) {
        int status = answer.statusCode();
        if (status == 503 && !Http.header(answer, "Retry-After").isEmpty()) {
            refused.incrementAndGet();
            return false;
        }
        if (status != expected && status != 412) {
            wrong.add(gateway + " answered " + status + ' ' + answer.body());
        }
        return status == expected;
    }

    private JsonNode own(HttpResponse<String> read, Counted one) {
        JsonNode entry = Http.json(read);
        if (!entry.path("of").asString("").equals(one.name)) {
            wrong.add(one.name + " was answered " + read.body());
        }
        return entry;
    }

    /** Stops, waits until the sessions can be read again, and says what was not as it must be. */
    void end() throws IOException, InterruptedException {
        stopped = true;
        if (!writers.await(BACK_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException("writers of sessions wait for ever");
        }
        for (Counted one : counted) {
            int count = own(readAgain(one), one).path("n").asInt();
            int least = one.done.get();
            if (count < least || count > least + one.unsure.get()) {
                wrong.add(one.name + " counts " + count + ", " + least + " were acknowledged and nobody knows of "
                        + one.unsure);
            }
        }
        if (tokenSecret != null && refused.get() == 0) {
            wrong.add("the keys of users were away, and nobody was refused");
        }
        int all = counted.stream().mapToInt(one -> one.done.get()).sum();
        if (!wrong.isEmpty() || all == 0) {
            throw new IOException(all + " counts, " + refused + " refused; " + wrong.size() + " wrong: "
                    + wrong.stream().limit(3).toList());
        }
    }

    private static HttpResponse<String> readAgain(Counted one) throws IOException, InterruptedException {
        long end = System.nanoTime() + BACK_WITHIN.toNanos();
        while (true) {
            try {
                HttpResponse<String> read = Http.get(GATEWAYS.getFirst() + ENTRY, "Cookie", one.cookie);
                if (read.statusCode() == 200) {
                    return read;
                }
                if (System.nanoTime() > end) {
                    throw new IOException("the session is not back: " + read.statusCode() + ' ' + read.body());
                }
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
            }
            Thread.sleep(PAUSE);
        }
    }
}
