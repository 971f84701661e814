package io.tidemark.local.suite.restarts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 over one socket, which is left when an answer says {@code Connection: close}. Not thread-safe. */
final class Http1Client implements KeptClient {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Balancer balancer;
    private final String service;
    private @Nullable Connection kept;

    private record Connection(Instance to, Socket socket, InputStream in) {
        static Connection to(Instance instance) throws IOException {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(instance.host(), instance.port()), PATIENCE_MILLIS);
                socket.setTcpNoDelay(true);
                return new Connection(instance, socket, new BufferedInputStream(socket.getInputStream()));
            } catch (IOException e) {
                socket.close();
                throw new IOException("no connection to " + instance.part().name() + ": " + e.getMessage(), e);
            }
        }

        /** Whether the other side has ended it while nothing was under way, which a client may see before it sends. */
        boolean hasEnded() {
            try {
                socket.setSoTimeout(1);
                in.read(); // the end, or what nobody asked for
                return true;
            } catch (SocketTimeoutException open) {
                return false;
            } catch (IOException ended) {
                return true;
            }
        }
    }

    private record Head(int status, long length, boolean chunked, boolean close) {
        static Head read(InputStream in) throws IOException {
            String[] first = line(in).split(" ", 3);
            if (first.length < 2) {
                throw new IOException("no status line but " + String.join(" ", first));
            }
            long length = 0;
            boolean chunked = false;
            boolean close = false;
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                String field = line.toLowerCase(Locale.ROOT).replace(" ", "");
                if (field.startsWith("content-length:")) {
                    length = Long.parseLong(field.substring("content-length:".length()));
                }
                chunked |= field.equals("transfer-encoding:chunked");
                close |= field.equals("connection:close");
            }
            return new Head(Integer.parseInt(first[1]), length, chunked, close);
        }

        String body(InputStream in) throws IOException {
            if (!chunked) {
                return new String(whole(in, length), UTF_8);
            }
            StringBuilder body = new StringBuilder();
            for (int size = size(in); size > 0; size = size(in)) {
                body.append(new String(whole(in, size), UTF_8)); // no character of these answers is in two chunks
                line(in);
            }
            line(in);
            return body.toString();
        }

        private static int size(InputStream in) throws IOException {
            return Integer.parseInt(line(in), 16);
        }

        private static byte[] whole(InputStream in, long length) throws IOException {
            byte[] octets = in.readNBytes((int) length);
            if (octets.length < length) {
                throw new IOException("cut after " + octets.length + " octets of " + length);
            }
            return octets;
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    throw new IOException("cut after \"" + line + '"');
                }
                if (octet != '\r') {
                    line.append((char) octet);
                }
            }
            return line.toString();
        }
    }

    Http1Client(Balancer balancer, String service) {
        this.balancer = balancer;
        this.service = service;
    }

    @Override
    public Answer send(Request request) throws IOException {
        Connection connection = connection();
        try {
            connection.socket().setSoTimeout(PATIENCE_MILLIS);
            connection.socket().getOutputStream().write(octets(request, connection.to()));
            Head head = Head.read(connection.in());
            Answer answer = new Answer(head.status(), head.body(connection.in()));
            if (head.close()) {
                close();
            }
            return answer;
        } catch (IOException e) {
            close();
            throw new IOException(connection.to().part().name() + ": " + e, e);
        }
    }

    private Connection connection() throws IOException {
        Connection there = kept;
        if (there != null && !there.hasEnded()) {
            return there;
        }
        close();
        Connection made = Connection.to(balancer.choose(service));
        kept = made;
        return made;
    }

    private static byte[] octets(Request request, Instance to) {
        byte[] body = request.body().getBytes(UTF_8);
        StringBuilder head = new StringBuilder()
                .append(request.method())
                .append(' ')
                .append(request.path())
                .append(" HTTP/1.1\r\nHost: ")
                .append(Balancer.name(to.service()))
                .append("\r\n");
        for (int i = 0; i < request.fields().size(); i += 2) {
            head.append(request.fields().get(i))
                    .append(": ")
                    .append(request.fields().get(i + 1))
                    .append("\r\n");
        }
        if (body.length > 0) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] octets = head.append("\r\n").toString().getBytes(ISO_8859_1);
        byte[] all = new byte[octets.length + body.length];
        System.arraycopy(octets, 0, all, 0, octets.length);
        System.arraycopy(body, 0, all, octets.length, body.length);
        return all;
    }

    @Override
    public void close() {
        Connection ending = kept;
        kept = null;
        if (ending != null) {
            try {
                ending.socket().close();
            } catch (IOException closed) {
                // as it is meant to be
            }
        }
    }
}
