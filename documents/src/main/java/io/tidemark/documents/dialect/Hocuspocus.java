package io.tidemark.documents.dialect;

import io.tidemark.documents.lib0.ByteReader;
import io.tidemark.documents.lib0.ByteWriter;
import io.tidemark.documents.lib0.MalformedException;

/**
 * The dialect of Hocuspocus: one connection has many documents, and each frame begins with the key of the one that it is about.
 * What follows is what y-websocket sends, too ({@link YWebSocket}), and some more.
 */
public final class Hocuspocus {
    private static final int SYNC = 0;
    private static final int AWARENESS = 1;
    private static final int AUTH = 2;
    private static final int QUERY_AWARENESS = 3;
    private static final int SYNC_ANSWER = 4;
    private static final int STATELESS = 5;
    private static final int CLOSE = 7;
    private static final int SYNC_STATUS = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int TOKEN = 0;
    private static final int DENIED = 1;
    private static final int AUTHENTICATED = 2;

    /** Between a document's name and what tells its client's providers from each other. */
    private static final char SEPARATOR = '\0';

    /** A question of the server's, or its answer to one: they are about no document. */
    private static final byte[] PINGED = {PING};

    private static final byte[] PONGED = {PONG};

    private Hocuspocus() {}

    /** What a client has sent. */
    public sealed interface Frame {
        /** About one of its documents. */
        record Of(Key key, Said said) implements Frame {}

        /** Is the server there? */
        record Ping() implements Frame {}

        /** The client is. */
        record Pong() implements Frame {}
    }

    /**
     * What a client calls a document by: its name, and maybe what tells two of its providers of it from each other.
     *
     * @param text as it is sent back
     */
    public record Key(String text) {
        /** The document's name. */
        public String name() {
            int end = text.indexOf(SEPARATOR);
            return end < 0 ? text : text.substring(0, end);
        }
    }

    /** What is said about a document. */
    public sealed interface Said {
        /**
         * Something about its content, or who is there.
         *
         * @param asks whether who is asked for what is lacking may ask back
         */
        record Talk(Message message, boolean asks) implements Said {}

        /**
         * Whose client it is.
         *
         * @param token empty if it has none
         * @param knowsPings whether it answers those: versions that do say which one they are
         */
        record Token(String token, boolean knowsPings) implements Said {}

        /** Something of the application's own. */
        record Stateless() implements Said {}

        /** The client is done with it. */
        record Leave() implements Said {}
    }

    /**
     * What a client has sent.
     *
     * @param mostOctets of the state of one client, and of a key
     * @throws MalformedException if it is none that a client sends
     */
    public static Frame read(byte[] frame, int mostOctets) {
        if (frame.length == 1) {
            return switch (frame[0]) {
                case PING -> new Frame.Ping();
                case PONG -> new Frame.Pong();
                default -> throw new MalformedException("no known message", 0);
            };
        }
        ByteReader reader = new ByteReader(frame);
        String key = reader.string();
        if (reader.at() > mostOctets) {
            throw reader.malformed("key that is too long");
        }
        Said said = said(reader, mostOctets);
        if (reader.remaining() > 0) {
            throw reader.malformed("more than a message");
        }
        return new Frame.Of(new Key(key), said);
    }

    private static Said said(ByteReader reader, int mostOctets) {
        int type = (int) Math.min(reader.integer(), Integer.MAX_VALUE);
        return switch (type) {
            case SYNC, SYNC_ANSWER -> new Said.Talk(YWebSocket.sync(reader), type == SYNC);
            case AWARENESS -> new Said.Talk(YWebSocket.present(reader, mostOctets), false);
            case QUERY_AWARENESS -> new Said.Talk(new Message.WhoIsThere(), false);
            case AUTH -> token(reader);
            case STATELESS -> {
                reader.string();
                yield new Said.Stateless();
            }
            case CLOSE -> new Said.Leave();
            default -> throw reader.malformed("no known message");
        };
    }

    private static Said token(ByteReader reader) {
        if (reader.integer() != TOKEN) {
            throw reader.malformed("no token");
        }
        String token = reader.string();
        boolean hasVersion = reader.remaining() > 0;
        if (hasVersion) {
            reader.string();
        }
        return new Said.Token(token, hasVersion);
    }

    /** What each frame about a document begins with. A frame of {@link YWebSocket} may follow it as it is. */
    public static byte[] head(Key key) {
        return new ByteWriter(key.text().length() + 8).string(key.text()).toByteArray();
    }

    /** The client may read, and edit unless it is {@code readOnly}. */
    public static byte[] authenticated(boolean readOnly) {
        return auth(AUTHENTICATED, readOnly ? "readonly" : "read-write");
    }

    /** The client may not have the document. */
    public static byte[] denied(String reason) {
        return auth(DENIED, reason);
    }

    private static byte[] auth(int step, String text) {
        return new ByteWriter(text.length() + 8)
                .octet(AUTH)
                .octet(step)
                .string(text)
                .toByteArray();
    }

    /** The client has the document no longer. */
    public static byte[] closed(String reason) {
        return new ByteWriter(reason.length() + 8).octet(CLOSE).string(reason).toByteArray();
    }

    /** Whether what the client has sent is stored. Of several it hears in the order in which it sent them. */
    public static byte[] stored(boolean stored) {
        return new byte[] {SYNC_STATUS, (byte) (stored ? 1 : 0)};
    }

    /** Is the client there? */
    public static byte[] ping() {
        return PINGED.clone();
    }

    /** The server is. */
    public static byte[] pong() {
        return PONGED.clone();
    }
}
