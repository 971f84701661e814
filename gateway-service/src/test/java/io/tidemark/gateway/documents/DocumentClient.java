package io.tidemark.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that says what it is told to, and keeps what it hears. */
public final class DocumentClient {
    private static final int LIMIT = 30;
    private static final byte AUTH = 2;

    private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    private final TestSocket socket;
    private volatile boolean denied;

    /** @param fields of the handshake, name and value in turn */
    public DocumentClient(int port, String document, String... fields) {
        this("ws://127.0.0.1:" + port, document, fields);
    }

    /** @param gateway its scheme, host and port */
    public DocumentClient(String gateway, String document, String... fields) {
        socket = new TestSocket(gateway, "/documents/" + document, this::read, fields);
    }

    private void read(byte[] frame) {
        if (frame[0] == AUTH) {
            denied = true;
        } else {
            heard.addAll(YWebSocket.read(frame, 4096));
        }
    }

    /** One that knows nothing, and has got what there is. */
    public static DocumentClient joined(int port, String document, String... fields) {
        DocumentClient client = new DocumentClient(port, document, fields);
        client.hears(Message.Known.class);
        client.say(new Message.Known(StateVector.EMPTY));
        return client;
    }

    public void say(Message message) {
        send(YWebSocket.write(message));
    }

    void send(byte[] frame) {
        socket.send(frame);
    }

    void text(String text) {
        socket.text(text);
    }

    /** Breaks off without a goodbye. */
    void abort() {
        socket.abort();
    }

    /** The next message of a kind; others are passed over. */
    public <M extends Message> M hears(Class<M> kind) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT);
        try {
            while (true) {
                boolean nothingMore = socket.isClosed();
                Message next = heard.poll(nothingMore ? 0 : 100, TimeUnit.MILLISECONDS);
                if (kind.isInstance(next)) {
                    return kind.cast(next);
                }
                assertThat(next != null || (!nothingMore && System.nanoTime() < end))
                        .as("a %s in time; closed: %s", kind.getSimpleName(), socket)
                        .isTrue();
            }
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    public void hearsEdit(Update update) {
        assertThat(hears(Message.Edit.class).update()).isEqualTo(update);
    }

    void hearsOf(Presence... clients) {
        assertThat(hears(Message.Present.class).clients()).containsExactlyInAnyOrder(clients);
    }

    boolean hasHeardAnEdit() {
        return heard.stream().anyMatch(Message.Edit.class::isInstance);
    }

    /** Whether it was told that what it sent is not taken. */
    boolean isDenied() {
        return denied;
    }

    boolean isClosed() {
        return socket.isClosed();
    }

    public int closed() {
        return socket.code();
    }

    /** A letter that a client types after its letter before. */
    public static Update letter(int client, int clock, String letter) {
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
    public static Update deletion(int client, int clock, int length) {
        return Update.read(new byte[] {0, 1, (byte) client, 1, (byte) clock, (byte) length});
    }

    public static List<Update> word(int client, String word) {
        return java.util.stream.IntStream.range(0, word.length())
                .mapToObj(i -> letter(client, i, word.substring(i, i + 1)))
                .toList();
    }
}
