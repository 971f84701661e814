package io.tidemark.local.suite.siege;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An origin in this process, at a free port, that obeys whatever its clients send, as some do: fields that name another host,
 * parameters, spellings of a path. All that it answers may be stored. Thread-safe.
 */
final class ObedientOrigin implements AutoCloseable {
    /** As CGI and WSGI see them: a dash and an underscore are one. */
    private static final Set<String> OBEYED = Set.of(
            "forwarded",
            "proxy",
            "x-forwarded-host",
            "x-forwarded-prefix",
            "x-forwarded-scheme",
            "x-host",
            "x-http-method-override",
            "x-method-override",
            "x-original-url",
            "x-rewrite-url");

    private final ServerSocket server;
    private final AtomicLong answers = new AtomicLong();

    /** A request: its path as the origin reads it, its query as it came, its fields by their names in lower case. */
    private record Request(String path, String query, Map<String, String> fields) {
        String field(String name) {
            return fields.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    ObedientOrigin() throws IOException {
        server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            String line = line(in);
            if (line.isEmpty()) {
                return;
            }
            String[] target = line.split(" ", 3)[1].split("\\?", 2);
            Map<String, String> fields = new TreeMap<>();
            for (String field = line(in); !field.isEmpty(); field = line(in)) {
                String[] parts = field.split(":", 2);
                fields.merge(parts[0].toLowerCase(Locale.ROOT), parts[1].strip(), (one, other) -> one + ", " + other);
            }
            in.skipNBytes(Long.parseLong(fields.getOrDefault("content-length", "0")));
            var request = new Request(read(target[0]), target.length > 1 ? target[1] : "", fields);
            client.getOutputStream().write(answer(request).getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            // the gateway is done with this connection
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }

    /** Decoded, without dot segments and empty ones. */
    private static String read(String path) {
        String decoded =
                path.replaceAll("(?i)%2e", ".").replaceAll("(?i)%2f", "/").replace('\\', '/');
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : decoded.split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        return "/" + String.join("/", segments);
    }

    private String answer(Request request) {
        return switch (request.path.split("/", 3)[1]) {
            case "obeys" -> ok("", "obeyed: " + obeyed(request));
            case "varies" -> {
                String by = request.query.replace("by=", "");
                yield ok("Vary: " + by, by + " is " + request.field(by) + ";");
            }
            case "cookie" ->
                request.field("If-None-Match").isEmpty()
                        ? ok("ETag: \"1\"|Cache-Control: no-cache", "of all")
                        : "HTTP/1.1 304 Not Modified|ETag: \"1\"|Cache-Control: max-age=600|Set-Cookie: session=of-one|"
                                        .replace("|", "\r\n")
                                + "Connection: close\r\n\r\n";
            case "kept" -> ok("", "query: " + request.query);
            case "claims" -> ok("", "for " + claims(request.field("Authorization")));
            case "purges" ->
                ok("Cache-Group-Invalidation: \"group\"|Content-Location: http://two.example/stored/x", "");
            case "far" -> ok("Location: http://one.example/" + "x".repeat(3000), "");
            default -> ok("Cache-Groups: \"group\"", "answer " + answers.incrementAndGet());
        };
    }

    private static String ok(String fields, String body) {
        String cache = fields.contains("Cache-Control") ? "" : "Cache-Control: public, max-age=600\r\n";
        return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
                + "\r\n" + cache + (fields.isEmpty() ? "" : fields.replace("|", "\r\n") + "\r\n") + "\r\n" + body;
    }

    private static String obeyed(Request request) {
        StringBuilder obeyed = new StringBuilder();
        request.fields.forEach((name, value) -> {
            if (OBEYED.contains(name.replace('_', '-'))) {
                obeyed.append(name).append('=').append(value).append(' ');
            }
        });
        return obeyed.toString();
    }

    /** It does not ask whether they are true. */
    private static String claims(String authorization) {
        String[] parts = authorization.split("\\.", 3);
        return parts.length < 2
                ? "nobody"
                : new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
