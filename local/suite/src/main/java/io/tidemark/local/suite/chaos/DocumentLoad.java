package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.client.DocumentWriter;
import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Documents of eu that are typed in while something is done to the suite. What must be true: no letter is lost that was echoed, and
 * once all works again, typing does.
 */
final class DocumentLoad {
    private static final String GATEWAY = "http://127.0.0.1:8080";
    private static final int DOCUMENTS = 4;
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final Duration BACK_WITHIN = Duration.ofSeconds(60);

    private final AtomicInteger refused = new AtomicInteger();
    private List<Typed> typed = List.of();
    private CountDownLatch writers = new CountDownLatch(0);
    private String cookie = "";
    private volatile boolean stopped;

    private record Typed(String document, DocumentWriter writer, AtomicInteger stored) {}

    /** Makes documents and begins to type. */
    void begin() throws IOException, InterruptedException {
        stopped = false;
        refused.set(0);
        HttpResponse<String> session = Http.send("POST", GATEWAY + "/edge/session", "");
        cookie = Http.header(session, "Set-Cookie").split(";", 2)[0];
        List<Typed> made = new ArrayList<>();
        for (int n = 0; n < DOCUMENTS; n++) {
            String document = "chaos-" + UUID.randomUUID();
            int client = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
            made.add(new Typed(document, new DocumentWriter(GATEWAY, document, cookie, client), new AtomicInteger()));
        }
        typed = made;
        writers = new CountDownLatch(DOCUMENTS);
        for (Typed one : made) {
            Thread.ofVirtual().start(() -> type(one));
        }
        long end = System.nanoTime() + BACK_WITHIN.toNanos();
        while (made.stream().anyMatch(one -> one.stored.get() == 0) && System.nanoTime() < end) {
            Thread.sleep(PAUSE); // what is not stored before the fault cannot be lost by it
        }
    }

    private void type(Typed one) {
        try (DocumentWriter writer = one.writer) {
            while (!stopped) {
                if (!writer.type()) {
                    refused.incrementAndGet();
                }
                one.stored.set(writer.stored());
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            writers.countDown();
        }
    }

    /** Waits until letters are stored again, stops, and says what was not as it must be. */
    void end() throws IOException, InterruptedException {
        List<Integer> before = typed.stream().map(one -> one.stored.get()).toList();
        long end = System.nanoTime() + BACK_WITHIN.toNanos();
        while (!isTypedOn(before) && System.nanoTime() < end) {
            Thread.sleep(PAUSE);
        }
        boolean back = isTypedOn(before);
        stopped = true;
        if (!writers.await(BACK_WITHIN.toSeconds(), TimeUnit.SECONDS) || !back) {
            throw new IOException("letters are not stored again; " + refused + " were refused");
        }
        for (Typed one : typed) {
            HttpResponse<String> shown = Http.get(GATEWAY + "/edge/documents/" + one.document, "Cookie", cookie);
            JsonNode clock = Http.json(shown).path("vector").path(Integer.toString(one.writer.client()));
            if (shown.statusCode() != 200 || clock.asInt(0) < one.stored.get()) {
                throw new IOException(one.document + " has " + clock + " letters of " + one.stored
                        + " that were echoed: " + shown.statusCode());
            }
        }
    }

    private boolean isTypedOn(List<Integer> before) {
        for (int i = 0; i < before.size(); i++) {
            if (typed.get(i).stored.get() <= before.get(i)) {
                return false;
            }
        }
        return true;
    }
}
