package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An origin on bare sockets whose tests read and write each octet after a request's head, by path. */
public final class BareOrigin implements AutoCloseable {
    /** Answers one request; the connection goes on unless it was closed or the script failed. */
    @FunctionalInterface
    public interface Script {
        void answer(Exchange exchange) throws IOException;
    }

    /** A request's head, and the connection that it came on. */
    public record Exchange(String head, InputStream in, OutputStream out, Socket socket) {
        public void send(String octets) throws IOException {
            out.write(octets.getBytes(ISO_8859_1));
            out.flush();
        }

        public void answer(int status, String body, String... fields) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
            for (String field : fields) {
                head.append(field).append("\r\n");
            }
            send(head + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        }

        /** What still comes until the gateway closes the connection. */
        public String rest() throws IOException {
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            try {
                in.transferTo(rest);
            } catch (IOException reset) {
                // closed the hard way
            }
            return rest.toString(ISO_8859_1);
        }
    }

    private final ServerSocket server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();

    public BareOrigin() {
        try {
            server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public String uri() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    String name() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    public void on(String path, Script script) {
        scripts.put(path, script);
    }

    public int calls(String path) {
        return calls.getOrDefault(path, 0);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            while (!connection.isClosed()) {
                String head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                String path = head.split(" ", 3)[1].split("\\?", 2)[0];
                calls.merge(path, 1, Integer::sum);
                Exchange exchange = new Exchange(head, in, connection.getOutputStream(), connection);
                Script script = scripts.get(path);
                if (script == null) {
                    exchange.answer(404, "");
                } else {
                    script.answer(exchange);
                }
            }
        } catch (IOException gone) {
            // the gateway is done with this connection, or the script is
        }
    }

    /** Up to and with the empty line; empty at the end. */
    public static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
