package io.tidemark.gateway.documents.regions;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.documents.update.Update;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** In the place of the write queue: keeps what it was offered. */
final class OfferedWrites implements AutoCloseable {
    private final Queue<Offered> offered = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    /** How many of the next ones are refused. */
    final AtomicInteger refusals = new AtomicInteger();

    /** Documents that no write is large enough for. */
    final Set<String> tooLarge = ConcurrentHashMap.newKeySet();

    /** A write that the write queue was offered. */
    record Offered(String key, String type, String document, Update update, int answer) {}

    OfferedWrites() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.createContext("/v1/writes", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        JsonNode write = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
        JsonNode data = write.get("data");
        String document = data.get("document").asString();
        int answer = tooLarge.contains(document)
                ? 413
                : refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? 503 : 202;
        JsonNode update = data.get("update");
        offered.add(new Offered(
                exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                write.get("type").asString(),
                document,
                update == null
                        ? Update.merge(List.of())
                        : Update.read(Base64.getDecoder().decode(update.asString())),
                answer));
        exchange.getResponseHeaders().set("Location", "/v1/writes/1");
        exchange.sendResponseHeaders(answer, -1);
        exchange.close();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** What was offered of a document, in order. */
    List<Offered> of(String document) {
        return offered.stream().filter(each -> each.document().equals(document)).toList();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
