package io.tidemark.local.suite.siege;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.RawClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What clients and senders without rights can do to take the suite away from others, all by raw sockets. */
final class Assaults {
    private static final int GATEWAY = 8080;
    private static final int INVALIDATION = 8082;
    private static final int WRITES = 8083;
    private static final String ORIGIN = "http://127.0.0.1:8084";

    /** Just below what a gateway stores. */
    private static final int LARGE = 7_900_000;

    private static final long LONGER_THAN_THE_HEAP = 600_000_000;
    private static final long BYTES_PER_SECOND = 20_000_000;
    private static final int RESETS = 1000;
    private static final Duration HOLD = Duration.ofSeconds(8);
    private static final Duration AT_ONCE = Duration.ofMillis(20);
    private static final String HOST = "Host: shop.example|";
    private static final String PIPELINED =
            ("GET /api/bytes/pipelined?length=" + LARGE + " HTTP/1.1|" + HOST + "|").repeat(200);
    private static final byte[] HALF_HEAD = ("GET / HTTP/1.1\r\nHost: shop.example\r\nX-Filler: " + "x".repeat(60_000))
            .getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] WEBHOOK = ("POST /v1/sources/catalog/purges HTTP/1.1\r\nHost: shop.example\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n" + " ".repeat(990_000))
            .getBytes(StandardCharsets.ISO_8859_1);
    private static final String LARGE_ORDER =
            "{\"type\":\"order.place\",\"data\":{\"customerId\":\"siege\",\"note\":\"" + "x".repeat(60_000) + "\"}}";

    private final AtomicLong number = new AtomicLong();
    private final String writeId;

    private Assaults(String writeId) {
        this.writeId = writeId;
    }

    /** What they need: an origin that fails for some paths, and one write whose events can be watched. */
    static Assaults prepared() throws IOException, InterruptedException {
        Http.send("PUT", ORIGIN + "/stub/faults", "{\"path\":\"/api/products/siege-drop\",\"disconnect\":true}");
        Http.send("PUT", ORIGIN + "/stub/faults", "{\"path\":\"/api/orders\",\"status\":400}");
        HttpResponse<String> write = Http.send(
                "POST",
                "http://127.0.0.1:" + WRITES + "/v1/writes",
                "{\"type\":\"order.place\",\"data\":{\"customerId\":\"siege\"}}");
        return new Assaults(Http.json(write).path("writeId").asString(""));
    }

    static void tidyUp() throws IOException, InterruptedException {
        Http.send("DELETE", ORIGIN + "/stub/faults", "");
    }

    List<Assault> all() {
        return List.of(
                assault("a chunked body longer than the heap, read", 1, this::readLongBody),
                assault("12 large bodies, each another, never read", 12, () -> unread(next())),
                assault("50 wait for one large body and read nothing", 50, () -> unread("joined")),
                assault("200 pipelined requests for a large body, unread", 2, () -> held(GATEWAY, PIPELINED)),
                assault("methods that do not exist", 2, this::unknownMethod),
                assault("500 heads of 60 KB that do not end", 500, () -> held(GATEWAY, HALF_HEAD)),
                assault("200 uploads that stop", 200, this::stalledUpload),
                assault("uploads that are broken off", 20, this::brokenUpload),
                assault("HTTP/2 requests that are reset at once", 4, Assaults::rapidResets),
                assault("a path at which the origin drops", 1, () -> get("/api/products/siege-drop-" + next(), "")),
                assault("reloads of one product", 2, () -> get("/api/products/chaos-1", "Cache-Control: no-cache|")),
                assault("writes with no host", 1, () -> post("/api/products/siege", "Host: .|")),
                assault("300 streams of events", 300, this::watch),
                assault("200 writes that wait", 200, this::waitingWrite),
                assault("300 heads of 60 KB to the write queue", 300, () -> held(WRITES, HALF_HEAD)),
                assault("large writes that the origin refuses", 4, this::refusedWrite),
                assault("300 unsigned webhooks of 1 MB", 300, () -> held(INVALIDATION, WEBHOOK)));
    }

    private static Assault assault(String what, int clients, Assault.Step step) {
        return new Assault(what, clients, AT_ONCE, step);
    }

    private String next() {
        return Long.toString(number.incrementAndGet());
    }

    private String readLongBody() throws IOException, InterruptedException {
        try (var client = new RawClient(GATEWAY)) {
            client.send("GET /api/bytes/long-" + next() + "?chunked=true&length=" + LONGER_THAN_THE_HEAP + " HTTP/1.1|"
                    + HOST + "|");
            String status = client.status();
            if (status.equals("200")) {
                client.read(LONGER_THAN_THE_HEAP, BYTES_PER_SECOND);
            }
            return status;
        }
    }

    private static String unread(String name) throws IOException, InterruptedException {
        return held(GATEWAY, "GET /api/bytes/large-" + name + "?length=" + LARGE + " HTTP/1.1|" + HOST + "|");
    }

    private String unknownMethod() throws IOException {
        try (var client = new RawClient(GATEWAY)) {
            return client.send("M" + next() + " /api/products/siege HTTP/1.1|" + HOST + "Connection: close||")
                    .status();
        }
    }

    private String stalledUpload() throws IOException, InterruptedException {
        return held(GATEWAY, "POST /api/orders HTTP/1.1|" + HOST + "Content-Length: 100000||{");
    }

    private String brokenUpload() throws IOException {
        try (var client = new RawClient(GATEWAY)) {
            client.send("POST /api/orders HTTP/1.1|" + HOST + "Content-Length: 100000||hello");
            return "left";
        }
    }

    /** Until the gateway ends the connection, by prior knowledge (RFC 9113, RFC 7541 §6). */
    private static String rapidResets() throws IOException, InterruptedException {
        byte[] fields = {(byte) 0x82, (byte) 0x86, 0x04, 2, '/', 'r', 0x01, 1, 'a'}; // GET http /r of a
        var frames = ByteBuffer.allocate(24 + 9 + RESETS * (9 + fields.length + 13));
        frames.put("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        frames.put(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}); // SETTINGS
        for (int stream = 1; frames.hasRemaining(); stream += 2) {
            frames.put(new byte[] {0, 0, (byte) fields.length, 1, 5})
                    .putInt(stream)
                    .put(fields); // HEADERS, the end
            frames.put(new byte[] {0, 0, 4, 3, 0}).putInt(stream).putInt(8); // RST_STREAM, CANCEL
        }
        try (var client = new RawClient(GATEWAY)) {
            client.send(frames.array()).read(LARGE, LARGE);
            return "ended";
        }
    }

    private static String get(String path, String fields) throws IOException {
        try (var client = new RawClient(GATEWAY)) {
            return client.send("GET " + path + " HTTP/1.1|" + HOST + fields + "Connection: close||")
                    .status();
        }
    }

    private static String post(String path, String host) throws IOException {
        try (var client = new RawClient(GATEWAY)) {
            return client.send("POST " + path + " HTTP/1.1|" + host + "Content-Length: 0|Connection: close||")
                    .status();
        }
    }

    private String watch() throws IOException, InterruptedException {
        return held(WRITES, "GET /v1/writes/" + writeId + "/events HTTP/1.1|" + HOST + "Accept: text/event-stream||");
    }

    private String waitingWrite() throws IOException, InterruptedException {
        String body = "{\"type\":\"order.place\",\"data\":{\"customerId\":\"siege-" + next() + "\"}}";
        return held(WRITES, write("/v1/writes", "Prefer: wait=30|", body));
    }

    private String refusedWrite() throws IOException {
        try (var client = new RawClient(GATEWAY)) {
            return client.send(write("/writes", "Connection: close|", LARGE_ORDER))
                    .status();
        }
    }

    private static String write(String path, String fields, String body) {
        return "POST " + path + " HTTP/1.1|" + HOST + fields + "Content-Type: application/json|Content-Length: "
                + body.length() + "||" + body;
    }

    private static String held(int port, String request) throws IOException, InterruptedException {
        return held(port, request.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends it, does nothing for a while, and then looks what came first. */
    private static String held(int port, byte[] request) throws IOException, InterruptedException {
        try (var client = new RawClient(port)) {
            client.send(request);
            Thread.sleep(HOLD);
            return client.statusNow();
        }
    }
}
