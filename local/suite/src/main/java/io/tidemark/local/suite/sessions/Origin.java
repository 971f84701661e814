package io.tidemark.local.suite.sessions;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * An origin that answers a user's page with the user and a word of that user's, keeps which orders it was given, and answers
 * all else with one KiB for everybody.
 */
final class Origin implements AutoCloseable {
    /** Begins what nobody but its user may see, and no store may hold as it is. */
    static final String CANARY = "canary-of-";

    private static final byte[] FOR_ALL = "x".repeat(1024).getBytes(UTF_8);

    private final HttpServer server;
    private final Map<String, String> orders = new ConcurrentHashMap<>();

    Origin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/me", this::page);
        server.createContext("/api/orders", this::order);
        server.createContext("/", exchange -> answer(exchange, 200, "public, max-age=86400", FOR_ALL));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The orders that came, by their idempotency keys; a repeated one is one order. */
    Map<String, String> orders() {
        return Map.copyOf(orders);
    }

    private void page(HttpExchange exchange) throws IOException {
        String user = exchange.getRequestHeaders().getFirst("X-Edge-User");
        String body = "{\"user\":\"" + user + "\",\"word\":\"" + CANARY + user + "\"}";
        answer(exchange, user == null ? 401 : 200, "private, max-age=30", body.getBytes(UTF_8));
    }

    private void order(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        if (key != null) {
            orders.put(key, body);
        }
        answer(exchange, key == null ? 400 : 201, "no-store", "{}".getBytes(UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, String cacheControl, byte[] body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Cache-Control", cacheControl);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
