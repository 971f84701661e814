package io.tidemark.gateway.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.lettuce.core.RedisClient;
import io.tidemark.local.backends.Redis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** What a Redis is asked from now on, as its MONITOR tells: others of its clients ask, too. */
final class SeenCommands implements AutoCloseable {
    private final RedisClient client;
    private final Socket socket;
    private final BufferedReader lines;

    SeenCommands(Redis redis) throws IOException {
        client = RedisClient.create(redis.url());
        URI address = URI.create(redis.url());
        socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write("MONITOR\r\n".getBytes(ISO_8859_1));
        lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        if (!"+OK".equals(lines.readLine())) {
            throw new IOException("no MONITOR");
        }
    }

    /** Those since the last look that name such a key. */
    List<String> about(String key) throws IOException {
        String now = UUID.randomUUID().toString();
        try (var connection = client.connect()) {
            connection.sync().echo(now);
        }
        List<String> seen = new ArrayList<>();
        for (String line = lines.readLine(); !line.contains(now); line = lines.readLine()) {
            if (line.contains('"' + key)) {
                seen.add(line);
            }
        }
        return seen;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        client.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
