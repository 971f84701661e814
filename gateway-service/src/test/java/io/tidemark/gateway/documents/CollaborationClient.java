package io.tidemark.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.documents.dialect.Hocuspocus;
import io.tidemark.documents.dialect.Message;
import io.tidemark.documents.dialect.YWebSocket;
import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.update.Update;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of Hocuspocus' dialect that says what it is told to, and keeps what it hears. */
final class CollaborationClient {
    private static final int LIMIT = 30;

    /** What it heard of each document: a {@link Message}, or words. */
    private final Map<String, BlockingQueue<Object>> heard = new ConcurrentHashMap<>();

    private final TestSocket socket;

    CollaborationClient(int port, String... fields) {
        this("ws://127.0.0.1:" + port, fields);
    }

    /** @param gateway its scheme, host and port */
    CollaborationClient(String gateway, String... fields) {
        socket = new TestSocket(gateway, "/collaboration", this::read, fields);
    }

    private void read(byte[] frame) {
        if (frame.length == 1) {
            of("").add(frame[0] == 9 ? "ping" : "pong");
            return;
        }
        ByteReader reader = new ByteReader(frame);
        String key = reader.string();
        byte[] rest = Arrays.copyOfRange(frame, reader.at(), frame.length);
        of(key).add(
                        switch (rest[0]) {
                            case 0, 1 -> YWebSocket.read(rest, 4096).getFirst();
                            case 2 ->
                                (rest[1] == 2 ? "authenticated " : "denied ")
                                        + new ByteReader(rest, 2, rest.length).string();
                            case 7 -> "closed " + new ByteReader(rest, 1, rest.length).string();
                            case 8 -> "stored " + rest[1];
                            default -> throw new AssertionError("no client reads " + rest[0]);
                        });
    }

    private BlockingQueue<Object> of(String key) {
        return heard.computeIfAbsent(key, _ -> new LinkedBlockingQueue<>());
    }

    /** Sends a token of a document, and what follows it. */
    void token(String key, String token) {
        socket.send(about(key).octet(2).octet(0).string(token).string("4.8.0").toByteArray());
    }

    /** One that may edit a document. */
    CollaborationClient with(String key) {
        token(key, "");
        hears(key, "authenticated read-write");
        return this;
    }

    void say(String key, Message message) {
        byte[] frame = YWebSocket.write(message);
        socket.send(about(key).octets(frame, 0, frame.length).toByteArray());
    }

    /** A message of one octet, about a document. */
    void say(String key, int type) {
        socket.send(about(key).octet(type).toByteArray());
    }

    private static ByteWriter about(String key) {
        byte[] head = Hocuspocus.head(new Hocuspocus.Key(key));
        return new ByteWriter(64).octets(head, 0, head.length);
    }

    TestSocket socket() {
        return socket;
    }

    /** What it hears next of a document that is a message of a kind; all else is passed over. */
    <M extends Message> M hears(String key, Class<M> kind) {
        return kind.cast(next(key, kind));
    }

    void hearsEdit(String key, Update update) {
        assertThat(hears(key, Message.Edit.class).update()).isEqualTo(update);
    }

    /** The next words about a document. */
    void hears(String key, String words) {
        assertThat(next(key, String.class)).isEqualTo(words);
    }

    boolean hasHeardMore(String key) {
        return !of(key).isEmpty();
    }

    private Object next(String key, Class<?> kind) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT);
        try {
            while (System.nanoTime() < end) {
                Object next = of(key).poll(100, TimeUnit.MILLISECONDS);
                if (kind.isInstance(next)) {
                    return next;
                }
                if (next == null && socket.isClosed()) {
                    break;
                }
            }
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
        throw new AssertionError("heard no " + kind.getSimpleName() + " of " + key + "; closed: " + socket.isClosed());
    }
}
