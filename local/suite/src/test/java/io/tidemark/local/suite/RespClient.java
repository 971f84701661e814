package io.tidemark.local.suite;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands to a Redis of the suite (RESP 2); octets are characters of ISO 8859-1. */
final class RespClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;

    RespClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** The answer: a text, a list of them, or null. */
    @Nullable
    Object call(String... words) throws IOException {
        ByteArrayOutputStream command = new ByteArrayOutputStream();
        command.writeBytes(("*" + words.length + "\r\n").getBytes(ISO_8859_1));
        for (String word : words) {
            command.writeBytes(("$" + word.length() + "\r\n" + word + "\r\n").getBytes(ISO_8859_1));
        }
        socket.getOutputStream().write(command.toByteArray());
        return answer();
    }

    private @Nullable Object answer() throws IOException {
        String head = line();
        String rest = head.substring(1);
        return switch (head.charAt(0)) {
            case '+', ':' -> rest;
            case '-' -> throw new IOException(rest);
            case '$' -> {
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    yield null;
                }
                String text = new String(in.readNBytes(length), ISO_8859_1);
                in.skipNBytes(2);
                yield text;
            }
            case '*' -> {
                List<String> all = new ArrayList<>();
                for (int i = 0; i < Integer.parseInt(rest); i++) {
                    all.add(String.valueOf(answer()));
                }
                yield all;
            }
            default -> throw new IOException("no answer of Redis: " + head);
        };
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            line.append((char) c);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
