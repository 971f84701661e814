package io.tidemark.local.suite.client;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client of y-websocket that types one letter after the other at the end of its own text, and goes on when each was stored. It reads
 * nothing but echoes. For one thread.
 */
public final class DocumentWriter implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private static final Duration ECHO = Duration.ofSeconds(5);
    private static final int SYNC = 0;
    private static final int UPDATE = 2;
    private static final int ROOT = 0x04;
    private static final int BEHIND_ANOTHER = 0x84;
    private static final int SEVEN_BITS = 0x7f;

    private final URI address;
    private final String cookie;
    private final int client;
    private int stored;
    private @Nullable Line line;

    /**
     * Not connected yet.
     *
     * @param gateway {@code http://host:port}
     * @param client the number of the client in the document: nobody else's
     */
    public DocumentWriter(String gateway, String document, String cookie, int client) {
        this.address = URI.create(gateway.replaceFirst("^http", "ws") + "/documents/" + document);
        this.cookie = cookie;
        this.client = client;
    }

    public int client() {
        return client;
    }

    /** How many letters are stored: what was sent and not echoed may be, too. */
    public int stored() {
        return stored;
    }

    /** Types the next letter, connecting first if need be. False: it was not echoed in time, or the connection has ended. */
    public boolean type() throws InterruptedException {
        Line now = line;
        if (now == null) {
            now = connect();
            line = now;
        }
        if (now == null) {
            return false;
        }
        byte[] message = letter();
        if (now.send(message) && now.isEchoed(message)) {
            stored++;
            return true;
        }
        close();
        return false;
    }

    private @Nullable Line connect() {
        Line made = new Line();
        try {
            made.socket = HTTP.newWebSocketBuilder()
                    .header("Cookie", cookie)
                    .connectTimeout(Duration.ofSeconds(2))
                    .buildAsync(address, made)
                    .join();
            return made;
        } catch (CompletionException away) {
            return null;
        }
    }

    /** An update with one struct: a text of one letter, the first one at the root, each other behind the one before. */
    private byte[] letter() {
        var update = new ByteArrayOutputStream();
        number(update, 1);
        number(update, 1);
        number(update, client);
        number(update, stored);
        if (stored == 0) {
            number(update, ROOT);
            number(update, 1);
            string(update, "text-" + client);
        } else {
            update.write(BEHIND_ANOTHER);
            number(update, client);
            number(update, stored - 1);
        }
        string(update, "x");
        number(update, 0); // nothing is deleted
        var message = new ByteArrayOutputStream();
        number(message, SYNC);
        number(message, UPDATE);
        number(message, update.size());
        message.writeBytes(update.toByteArray());
        return message.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String ascii) {
        number(out, ascii.length());
        ascii.chars().forEach(out::write);
    }

    private static void number(ByteArrayOutputStream out, int number) {
        int left = number;
        while (left > SEVEN_BITS) {
            out.write((left & SEVEN_BITS) | (SEVEN_BITS + 1));
            left >>>= 7;
        }
        out.write(left);
    }

    /** Breaks the connection off. */
    @Override
    public void close() {
        Line now = line;
        line = null;
        if (now != null && now.socket != null) {
            now.socket.abort();
        }
    }

    private static final class Line implements WebSocket.Listener {
        private static final byte[] END = {};

        private final BlockingQueue<byte[]> heard = new LinkedBlockingQueue<>();
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
        private @Nullable WebSocket socket;

        boolean send(byte[] message) {
            WebSocket to = socket;
            try {
                if (to != null) {
                    to.sendBinary(ByteBuffer.wrap(message), true).join();
                }
                return to != null;
            } catch (CompletionException ended) {
                return false;
            }
        }

        boolean isEchoed(byte[] message) throws InterruptedException {
            long end = System.nanoTime() + ECHO.toNanos();
            while (true) {
                byte[] next = heard.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null || next.length == 0) {
                    return false;
                }
                if (Arrays.equals(next, message)) {
                    return true;
                }
            }
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            byte[] octets = new byte[data.remaining()];
            data.get(octets);
            parts.writeBytes(octets);
            if (last) {
                heard.add(parts.toByteArray());
                parts.reset();
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            heard.add(END);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            heard.add(END);
        }
    }
}
