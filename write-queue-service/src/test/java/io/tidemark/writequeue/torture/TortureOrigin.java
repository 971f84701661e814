package io.tidemark.writequeue.torture;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An origin that honours idempotency keys and outlives SIGKILL: each effect is a line in a file before it is answered,
 * {@code idempotencyKey orderingKey epochMillis}. A share of the calls fails, half of them after the effect. A path that
 * contains {@code poison} fails always, before any effect. Two calls at once for one ordering key are a line
 * {@code OVERLAP orderingKey epochMillis}.
 */
final class TortureOrigin {
    private final FileChannel effects;
    private final Set<String> done = new HashSet<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Map<String, Object> locks = new ConcurrentHashMap<>();
    private final double failures;

    private TortureOrigin(Path file, double failures) throws IOException {
        this.failures = failures;
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                done.add(line.substring(0, Math.max(0, line.indexOf(' '))));
            }
        }
        effects = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Arguments: port, file, share of failures. */
    static void main(String[] args) throws IOException {
        Child.endWithParent();
        TortureOrigin origin = new TortureOrigin(Path.of(args[1]), Double.parseDouble(args[2]));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 500);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", origin::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(answer(exchange), -1);
        }
    }

    private int answer(HttpExchange exchange) throws IOException {
        String orderingKey = exchange.getRequestURI().getPath();
        if (orderingKey.equals("/up")) {
            return 204;
        }
        if (!underWay.add(orderingKey)) {
            append("OVERLAP " + orderingKey);
        }
        try {
            double luck = ThreadLocalRandom.current().nextDouble();
            if (orderingKey.contains("poison") || luck < failures / 2) {
                return 503;
            }
            String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
            synchronized (locks.computeIfAbsent(orderingKey, _ -> new Object())) {
                boolean first;
                synchronized (done) {
                    first = done.add(key);
                }
                if (first) {
                    append(key + ' ' + orderingKey);
                }
            }
            return luck < failures ? 500 : 204;
        } finally {
            underWay.remove(orderingKey);
        }
    }

    private void append(String what) throws IOException {
        String line = what + ' ' + System.currentTimeMillis() + '\n';
        effects.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }
}
