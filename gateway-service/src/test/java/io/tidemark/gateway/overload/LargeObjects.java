package io.tidemark.gateway.overload;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** An origin of large objects at {@code /large/…} and {@code /medium/…}, and of small ones, which say their own path, everywhere else. */
final class LargeObjects implements AutoCloseable {
    /** As long as a gateway with default settings stores, in bytes. */
    static final int LARGE = 7_900_000;

    /** As long as one with little heap stores, in bytes. */
    static final int MEDIUM = 1_500_000;

    private final HttpServer server;

    LargeObjects() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        byte[] zeros = new byte[64 * 1024];
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                int length = path.startsWith("/large/") ? LARGE : path.startsWith("/medium/") ? MEDIUM : 0;
                byte[] small = path.getBytes(StandardCharsets.UTF_8);
                exchange.getRequestBody().readAllBytes();
                exchange.getResponseHeaders().set("Cache-Control", "max-age=60");
                exchange.sendResponseHeaders(200, length > 0 ? length : small.length);
                OutputStream body = exchange.getResponseBody();
                for (int left = length; left > 0; left -= zeros.length) {
                    body.write(zeros, 0, Math.min(left, zeros.length));
                }
                if (length == 0) {
                    body.write(small);
                }
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
