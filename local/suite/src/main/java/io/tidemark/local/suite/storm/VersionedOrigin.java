package io.tidemark.local.suite.storm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/**
 * An origin in this process, at a free port: each product below {@code /api/products/} has a version, which starts at 0 and
 * is in {@code X-Data-Version} and in the ETag. Its answers may be stored for ten minutes. It sends no webhooks. Thread-safe.
 */
final class VersionedOrigin implements AutoCloseable {
    static final String PATH = "/api/products/";

    private final Map<String, Long> versions = new ConcurrentHashMap<>();
    private final LongAdder calls = new LongAdder();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    VersionedOrigin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        server.setExecutor(threads);
        server.createContext(PATH, this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Changes a product; returns its new version. */
    long change(String product) {
        return versions.merge(product, 1L, Long::sum);
    }

    /** How many requests it has had. */
    long calls() {
        return calls.sum();
    }

    private void answer(HttpExchange exchange) throws IOException {
        calls.increment();
        String product = exchange.getRequestURI().getPath().substring(PATH.length());
        String version = Long.toString(versions.getOrDefault(product, 0L));
        String etag = "\"" + product + "-" + version + "\"";
        var headers = exchange.getResponseHeaders();
        headers.set("Cache-Control", "max-age=600");
        headers.set("Cache-Groups", "\"product:" + product + "\", \"products\"");
        headers.set("ETag", etag);
        headers.set("X-Data-Version", version);
        if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
        } else {
            headers.set("Content-Type", "application/json");
            byte[] body =
                    "{\"id\":\"%s\",\"version\":%s}".formatted(product, version).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
