package io.tidemark.invalidation.freshness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An origin whose canary has a version, and a gateway that shows an older one as often as it is told to. */
final class ScriptedSite implements AutoCloseable {
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    final AtomicInteger version = new AtomicInteger(1);
    final AtomicInteger oldAnswers = new AtomicInteger();
    final List<String> changedBy = new CopyOnWriteArrayList<>();
    final List<String> askedFor = new CopyOnWriteArrayList<>();
    volatile @Nullable String age;
    volatile boolean unverified;
    volatile boolean broken;

    ScriptedSite() throws IOException {
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    URI origin() {
        return address().resolve("/origin");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            int shown = version.get();
            if (exchange.getRequestMethod().equals("PUT")) {
                changedBy.add(exchange.getRequestHeaders().getFirst("X-Request-Id"));
                shown = version.incrementAndGet();
            } else if (!exchange.getRequestURI().getPath().equals("/origin")) {
                askedFor.add(exchange.getRequestHeaders().getFirst("Host")
                        + exchange.getRequestURI().getRawPath());
                shown = oldAnswers.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? shown - 1 : shown;
                exchange.getResponseHeaders().set("X-Edge-Colo", "eu-1");
                exchange.getResponseHeaders().set("X-Request-Id", "r-1");
                if (age != null) {
                    exchange.getResponseHeaders().set("X-Data-Age-Ms", age);
                }
                if (unverified) {
                    exchange.getResponseHeaders().set("Edge-Staleness", "unverified");
                }
            }
            exchange.getResponseHeaders().set("X-Data-Version", Integer.toString(shown));
            exchange.sendResponseHeaders(
                    broken && !exchange.getRequestURI().getPath().equals("/origin") ? 503 : 200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
