package io.tidemark.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that says what it is told to, and keeps what it hears. */
final class DocumentClient implements WebSocket.Listener {
    private static final int LIMIT = 30;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final WebSocket socket;

    DocumentClient(int port, String document) {
        socket = HTTP.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/documents/" + document), this)
                .join();
    }

    /** One that knows nothing, and has got what there is. */
    static DocumentClient joined(int port, String document) {
        DocumentClient client = new DocumentClient(port, document);
        client.hears(Message.Known.class);
        client.say(new Message.Known(StateVector.EMPTY));
        return client;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
        byte[] octets = new byte[data.remaining()];
        data.get(octets);
        parts.writeBytes(octets);
        if (last) {
            heard.addAll(YWebSocket.read(parts.toByteArray(), 4096));
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

    void say(Message message) {
        send(YWebSocket.write(message));
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

    /** The next message of a kind; others are passed over. */
    <M extends Message> M hears(Class<M> kind) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT);
        try {
            while (true) {
                boolean nothingMore = closed.isDone();
                Message next = heard.poll(nothingMore ? 0 : 100, TimeUnit.MILLISECONDS);
                if (kind.isInstance(next)) {
                    return kind.cast(next);
                }
                assertThat(next != null || (!nothingMore && System.nanoTime() < end))
                        .as("a %s in time; closed: %s", kind.getSimpleName(), closed)
                        .isTrue();
            }
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    void hearsEdit(Update update) {
        assertThat(hears(Message.Edit.class).update()).isEqualTo(update);
    }

    void hearsOf(Presence... clients) {
        assertThat(hears(Message.Present.class).clients()).containsExactlyInAnyOrder(clients);
    }

    boolean hasHeardAnEdit() {
        return heard.stream().anyMatch(Message.Edit.class::isInstance);
    }

    int closed() {
        try {
            return closed.get(LIMIT, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("not closed", failed);
        }
    }

    /** A letter that a client types after its letter before. */
    static Update letter(int client, int clock, String letter) {
        byte[] head = clock == 0
                ? new byte[] {1, 1, (byte) client, 0, 4, 1, 1, 't', 1}
                : new byte[] {1, 1, (byte) client, (byte) clock, (byte) 0x84, (byte) client, (byte) (clock - 1), 1};
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head);
        all.writeBytes(letter.getBytes(StandardCharsets.US_ASCII));
        all.write(0);
        return Update.read(all.toByteArray());
    }

    /** That letters of a client are deleted. */
    static Update deletion(int client, int clock, int length) {
        return Update.read(new byte[] {0, 1, (byte) client, 1, (byte) clock, (byte) length});
    }

    static List<Update> word(int client, String word) {
        return java.util.stream.IntStream.range(0, word.length())
                .mapToObj(i -> letter(client, i, word.substring(i, i + 1)))
                .toList();
    }
}
