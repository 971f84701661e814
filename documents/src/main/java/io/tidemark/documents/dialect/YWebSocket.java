package io.tidemark.documents.dialect;

import io.tidemark.documents.awareness.AwarenessUpdate;
import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.lib0.MalformedException;
import io.tidemark.documents.update.StateVector;
import io.tidemark.documents.update.Update;
import java.util.ArrayList;
import java.util.List;

/** The dialect of y-websocket: the document is the connection's, and a frame has one message; several are taken. */
public final class YWebSocket {
    private static final int SYNC = 0;
    private static final int AWARENESS = 1;
    private static final int AUTH = 2;
    private static final int QUERY_AWARENESS = 3;
    private static final int DENIED = 0;

    private static final int KNOWN = 0;
    private static final int LACKING = 1;
    private static final int EDIT = 2;

    private YWebSocket() {}

    /**
     * What a client has sent.
     *
     * @param mostOctets of the state of one client
     * @throws MalformedException if it is none that a client sends
     */
    public static List<Message> read(byte[] frame, int mostOctets) {
        ByteReader reader = new ByteReader(frame);
        List<Message> messages = new ArrayList<>(1);
        do {
            messages.add(message(reader, mostOctets));
        } while (reader.remaining() > 0);
        return messages;
    }

    private static Message message(ByteReader reader, int mostOctets) {
        return switch ((int) Math.min(reader.integer(), Integer.MAX_VALUE)) {
            case SYNC -> sync(reader);
            case AWARENESS -> present(reader, mostOctets);
            case QUERY_AWARENESS -> new Message.WhoIsThere();
            default -> throw reader.malformed("no known message");
        };
    }

    /** The rest of a message about who is there. */
    static Message present(ByteReader reader, int mostOctets) {
        return new Message.Present(AwarenessUpdate.read(reader.buffer(), mostOctets));
    }

    /** The rest of a message about content. */
    static Message sync(ByteReader reader) {
        return switch ((int) Math.min(reader.integer(), Integer.MAX_VALUE)) {
            case KNOWN -> new Message.Known(StateVector.read(reader.buffer()));
            case LACKING -> new Message.Lacking(Update.read(reader.buffer()));
            case EDIT -> new Message.Edit(Update.read(reader.buffer()));
            default -> throw reader.malformed("no known step");
        };
    }

    /** A frame with one message. */
    public static byte[] write(Message message) {
        return switch (message) {
            case Message.Known(StateVector vector) -> sync(KNOWN, vector.bytes());
            case Message.Lacking(Update update) -> sync(LACKING, update.bytes());
            case Message.Edit(Update update) -> sync(EDIT, update.bytes());
            case Message.Present present -> {
                byte[] states = AwarenessUpdate.write(present.clients());
                yield new ByteWriter(states.length + 10)
                        .octet(AWARENESS)
                        .buffer(states)
                        .toByteArray();
            }
            case Message.WhoIsThere _ -> new byte[] {QUERY_AWARENESS};
        };
    }

    /** A frame that says why what a client has sent is not taken. */
    public static byte[] denied(String reason) {
        return new ByteWriter(reason.length() + 8)
                .octet(AUTH)
                .octet(DENIED)
                .string(reason)
                .toByteArray();
    }

    private static byte[] sync(int step, byte[] content) {
        return new ByteWriter(content.length + 10)
                .octet(SYNC)
                .octet(step)
                .buffer(content)
                .toByteArray();
    }
}
