package io.tidemark.local.suite.writes;

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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An origin that honours idempotency keys and outlives SIGKILL: each effect is a line in a file before it is answered,
 * {@code idempotencyKey orderingKey epochMillis}. A share of the calls fails, half of them after the effect. The path
 * {@code /poison} fails always, before any effect. Two calls at once for one ordering key are a line
 * {@code OVERLAP orderingKey epochMillis}. A call takes up to 10 ms.
 */
public final class TortureOrigin {
    static final String POISON = "poison";
    static final String OVERLAP = "OVERLAP";

    private static final int LONGEST_CALL_MILLIS = 10;

    private final FileChannel effects;
    private final Set<String> done = new HashSet<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
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

    /** Arguments: port, file of the effects, share of failures. */
    public static void main(String[] arguments) throws IOException {
        var origin = new TortureOrigin(Path.of(arguments[1]), Double.parseDouble(arguments[2]));
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])), 500);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", origin::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(answer(exchange), -1);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private int answer(HttpExchange exchange) throws IOException, InterruptedException {
        String orderingKey = exchange.getRequestURI().getPath().substring(1);
        if (orderingKey.equals("up")) {
            return 204;
        }
        if (!underWay.add(orderingKey)) {
            append(OVERLAP + ' ' + orderingKey);
        }
        try {
            double luck = ThreadLocalRandom.current().nextDouble();
            Thread.sleep(ThreadLocalRandom.current().nextInt(LONGEST_CALL_MILLIS + 1));
            if (orderingKey.equals(POISON) || luck < failures / 2) {
                return 503;
            }
            takeEffect(exchange.getRequestHeaders().getFirst("Idempotency-Key"), orderingKey);
            return luck < failures ? 500 : 204;
        } finally {
            underWay.remove(orderingKey);
        }
    }

    private synchronized void takeEffect(String idempotencyKey, String orderingKey) throws IOException {
        if (done.add(idempotencyKey)) {
            append(idempotencyKey + ' ' + orderingKey);
        }
    }

    private void append(String what) throws IOException {
        String line = what + ' ' + System.currentTimeMillis() + '\n';
        effects.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    }
}
