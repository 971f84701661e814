package io.tidemark.gateway.documents.rooms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.documents.awareness.AwarenessUpdate;
import io.tidemark.documents.awareness.Presence;
import io.tidemark.documents.lib0.MalformedException;
import io.tidemark.documents.update.Update;
import io.tidemark.gateway.documents.store.DocumentSealing;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gateways of a region tell each other of a document, through Redis. */
sealed interface News {
    /** An edit was stored. */
    record Edited(String epoch, long number, Update edit) implements News {}

    /** Clients of another gateway said something of themselves. */
    record Present(String gateway, List<Presence> clients) implements News {
        public Present {
            clients = List.copyOf(clients);
        }
    }

    /** Somebody opened the document at another gateway, and asks who is there. */
    record WhoIsThere(String gateway) implements News {}

    /** The document was erased. */
    record Erased() implements News {}

    /**
     * What was published; null if it is nothing that this version knows.
     *
     * @param mostOctets of one client's state
     */
    static @Nullable News read(byte[] bytes, int mostOctets) {
        try {
            return known(bytes, mostOctets);
        } catch (NumberFormatException | MalformedException unknown) {
            return null;
        }
    }

    private static @Nullable News known(byte[] bytes, int mostOctets) {
        if (bytes.length == 0) {
            return null;
        }
        int first = indexOf(bytes, 1);
        return switch (bytes[0]) {
            case 'u' -> {
                int second = indexOf(bytes, first + 1);
                if (second == bytes.length) {
                    yield null;
                }
                yield new Edited(
                        text(bytes, 1, first),
                        Long.parseLong(text(bytes, first + 1, second)),
                        Update.read(Arrays.copyOfRange(bytes, second + 1, bytes.length)));
            }
            case 'a' ->
                first == bytes.length
                        ? null
                        : new Present(
                                text(bytes, 1, first),
                                AwarenessUpdate.read(Arrays.copyOfRange(bytes, first + 1, bytes.length), mostOctets));
            case 'q' -> new WhoIsThere(text(bytes, 1, bytes.length));
            case 'e' -> new Erased();
            default -> null;
        };
    }

    /** Where the octets of an edit begin, if they are sealed; -1 if that is none, or they are as they were sent. */
    static int octetsOfEdit(byte[] bytes) {
        if (bytes.length == 0 || bytes[0] != 'u') {
            return -1;
        }
        int octets = indexOf(bytes, indexOf(bytes, 1) + 1) + 1;
        return octets < bytes.length && DocumentSealing.isSealedAt(bytes, octets) ? octets : -1;
    }

    /** States of clients, to be published. */
    static byte[] present(String gateway, List<Presence> clients) {
        byte[] states = AwarenessUpdate.write(clients);
        byte[] head = ('a' + gateway + ' ').getBytes(UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + states.length);
        System.arraycopy(states, 0, all, head.length, states.length);
        return all;
    }

    /** The question, to be published. */
    static byte[] whoIsThere(String gateway) {
        return ('q' + gateway).getBytes(UTF_8);
    }

    private static int indexOf(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != ' ') {
            at++;
        }
        return at;
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, UTF_8);
    }
}
