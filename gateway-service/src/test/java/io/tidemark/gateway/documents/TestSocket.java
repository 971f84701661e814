package io.tidemark.gateway.documents;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's end of a WebSocket. */
final class TestSocket implements WebSocket.Listener {
    private static final int LIMIT = 30;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final Consumer<byte[]> frames;
    private final WebSocket socket;

    /** @param fields of the handshake, name and value in turn */
    TestSocket(int port, String path, Consumer<byte[]> frames, String... fields) {
        this.frames = frames;
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            builder.header(fields[i], fields[i + 1]);
        }
        socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + path), this)
                .join();
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
        byte[] octets = new byte[data.remaining()];
        data.get(octets);
        parts.writeBytes(octets);
        if (last) {
            frames.accept(parts.toByteArray());
            parts.reset();
        }
        ws.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket ws, Throwable error) {
        closed.completeExceptionally(error);
    }

    void send(byte[] frame) {
        socket.sendBinary(ByteBuffer.wrap(frame), true).join();
    }

    void text(String text) {
        socket.sendText(text, true).join();
    }

    /** Breaks off without a goodbye. */
    void abort() {
        socket.abort();
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** The code that it is closed with. */
    int code() {
        try {
            return closed.get(LIMIT, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("not closed", failed);
        }
    }
}
