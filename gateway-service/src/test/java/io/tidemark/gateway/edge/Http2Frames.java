package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** What a client sends over HTTP/2 by prior knowledge, octet by octet (RFC 9113, RFC 7541). */
public final class Http2Frames {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;
    private static final int CANCEL = 8;

    private Http2Frames() {}

    /** A connection's beginning. */
    public static byte[] preface() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        out.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        return out.toByteArray();
    }

    /** A connection's beginning and a request with this much of its content, which does not end, on stream 1. */
    public static byte[] request(String method, String path, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(preface());
        out.writeBytes(frame(HEADERS, END_HEADERS, 1, head(method, path)));
        for (int sent = 0; sent < length; sent += 16_384) {
            out.writeBytes(frame(DATA, 0, 1, new byte[Math.min(16_384, length - sent)]));
        }
        return out.toByteArray();
    }

    /** The fields of a request; further ones are name and value in turn. */
    public static byte[] head(String method, String path, String... more) {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        field(fields, ":method", method);
        field(fields, ":scheme", "http");
        field(fields, ":authority", "shop.example");
        field(fields, ":path", path);
        for (int i = 0; i < more.length; i += 2) {
            field(fields, more[i], more[i + 1]);
        }
        return fields.toByteArray();
    }

    /** The request of stream 1 is given up. */
    public static byte[] reset() {
        return reset(1);
    }

    public static byte[] reset(int stream) {
        return frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
    }

    /** A literal that is not indexed (RFC 7541 §6.2.2), shorter than 127 octets. */
    private static void field(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        to.write(name.length());
        to.writeBytes(name.getBytes(ISO_8859_1));
        to.write(value.length());
        to.writeBytes(value.getBytes(ISO_8859_1));
    }

    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
        frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
        return frame.array();
    }
}
