package io.tidemark.local.suite.chaos;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many requests at once, with what must be true of their answers. */
final class Floods {
    private static final String EU = "http://127.0.0.1:8080";
    private static final String US = "http://127.0.0.1:8081";
    private static final String ORIGIN = "http://127.0.0.1:8084";
    private static final int AT_ONCE = 250;

    private Floods() {}

    /** One cold product for readers of both regions: a call to the origin for each region. */
    static void stampede(int readers) throws Exception {
        String path = "/api/products/stampede-" + UUID.randomUUID();
        fault("300ms");
        try {
            readAll(readers, reader -> (reader % 2 == 0 ? EU : US) + path);
        } finally {
            noFault();
        }
        long calls = originReads(path);
        if (calls != 2) {
            throw new IOException(readers + " readers in two regions were " + calls + " calls to the origin, not 2");
        }
    }

    /** Different cold products at an origin that takes its time: each gets an answer, or a 503. */
    static void coldReads(int products) throws Exception {
        fault("100ms");
        try {
            String run = UUID.randomUUID().toString();
            readAll(products, reader -> EU + "/api/products/cold-" + run + "-" + reader);
        } finally {
            noFault();
        }
    }

    /** Cold products of eu one after another: none may take longer than the limit, whatever Redis does. */
    static void coldReadsWithin(Duration limit) throws Exception {
        String run = UUID.randomUUID().toString();
        for (int i = 0; i < 30; i++) {
            long begin = System.nanoTime();
            int status = Http.get(EU + "/api/products/cold-" + run + "-" + i).statusCode();
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            if (status != 200 || took.compareTo(limit) > 0) {
                throw new IOException("a cold product took " + took.toMillis() + " ms, status " + status);
            }
        }
    }

    /** Writes that each get a 202, or a 503 with Retry-After; how many were accepted. */
    static int writes(int count) throws Exception {
        try (var threads = Executors.newFixedThreadPool(32, Thread.ofVirtual().factory())) {
            List<Future<HttpResponse<String>>> writes = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                String order =
                        "{\"type\":\"order.place\",\"data\":{\"customerId\":\"flood-" + n % 50 + "\",\"n\":" + n + "}}";
                writes.add(threads.submit(() -> Http.send("POST", EU + "/writes", order)));
            }
            int accepted = 0;
            for (Future<HttpResponse<String>> write : writes) {
                HttpResponse<String> answer = write.get();
                boolean refused = answer.statusCode() == 503
                        && !Http.header(answer, "Retry-After").isEmpty();
                if (answer.statusCode() != 202 && !refused) {
                    throw new IOException("a write was answered with " + answer.statusCode() + ": " + answer.body());
                }
                accepted += refused ? 0 : 1;
            }
            return accepted;
        }
    }

    /** GETs of a path, or below it, that reached the origin since its start. */
    static long originReads(String prefix) throws IOException, InterruptedException {
        long reads = 0;
        for (var call : Http.json(Http.get(ORIGIN + "/stub/calls")).values()) {
            if (call.path("method").asString("").equals("GET")
                    && call.path("path").asString("").startsWith(prefix)) {
                reads += call.path("count").asLong();
            }
        }
        return reads;
    }

    private static void fault(String latency) throws IOException, InterruptedException {
        Http.send("PUT", ORIGIN + "/stub/faults", "{\"path\":\"/api/products/\",\"latency\":\"" + latency + "\"}");
    }

    private static void noFault() throws IOException, InterruptedException {
        Http.send("DELETE", ORIGIN + "/stub/faults", "");
    }

    private interface Urls {
        String of(int reader);
    }

    private static void readAll(int readers, Urls urls) throws InterruptedException, ExecutionException, IOException {
        try (var threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<HttpResponse<String>>> reads = new ArrayList<>();
            for (int reader = 0; reader < readers; reader++) {
                String url = urls.of(reader);
                reads.add(threads.submit(() -> Http.get(url)));
            }
            long failed = 0;
            for (Future<HttpResponse<String>> read : reads) {
                int status = read.get().statusCode();
                failed += status == 200 || status == 503 ? 0 : 1;
            }
            if (failed > 0) {
                throw new IOException(failed + " of " + readers + " readers got neither an answer nor a 503");
            }
        }
    }
}
