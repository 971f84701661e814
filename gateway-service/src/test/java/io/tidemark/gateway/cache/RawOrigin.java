package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tidemark.gateway.http.Headers;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An origin on a bare socket: tests write its answers byte for byte, by request target. */
public final class RawOrigin implements AutoCloseable {
    /** A request as it came in. */
    public record Received(String method, String target, Headers headers, String body, OutputStream connection) {
        /** Sends a part of the answer before the script returns the rest. */
        public void sendAhead(String part) throws IOException {
            connection.write(part.getBytes(ISO_8859_1));
            connection.flush();
        }
    }

    /** Answers one request; null closes the connection without a byte. */
    @FunctionalInterface
    public interface Script {
        byte @org.jspecify.annotations.Nullable [] answer(Received request) throws IOException;
    }

    /** There is no such thing. */
    public static final Script NOTHING =
            _ -> "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1);

    private final ServerSocket server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private volatile Script otherwise = NOTHING;

    RawOrigin() {
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    public void on(String target, Script script) {
        scripts.put(target, script);
    }

    /** For targets without a script. */
    public void otherwise(Script script) {
        otherwise = script;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            while (true) {
                Message head = Message.readHead(in);
                if (head == null) {
                    return;
                }
                String[] line = head.startLine().split(" ", -1);
                Received request = new Received(
                        line[0], line[1], head.headers(), head.readBody(in, false), connection.getOutputStream());
                byte[] answer = scripts.getOrDefault(request.target, otherwise).answer(request);
                if (answer == null) {
                    return;
                }
                connection.getOutputStream().write(answer);
                connection.getOutputStream().flush();
                if (new String(answer, ISO_8859_1).contains("\r\nConnection: close\r\n")) {
                    return;
                }
            }
        } catch (IOException gone) {
            // The gateway is done with this connection.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
