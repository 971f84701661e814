package io.tidemark.gateway.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;

/** What a client sends over HTTP/2 by prior knowledge, octet by octet (RFC 9113, RFC 7541): one request, on stream 1. */
final class Http2Frames {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int END_HEADERS = 4;
    private static final int CANCEL = 8;

    private Http2Frames() {}

    /** A connection's beginning and a request with this much of its content, which does not end. */
    static byte[] request(String method, String path, int length) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1));
        out.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        field(fields, ":method", method);
        field(fields, ":scheme", "http");
        field(fields, ":authority", "shop.example");
        field(fields, ":path", path);
        out.writeBytes(frame(HEADERS, END_HEADERS, 1, fields.toByteArray()));
        for (int sent = 0; sent < length; sent += 16_384) {
            out.writeBytes(frame(DATA, 0, 1, new byte[Math.min(16_384, length - sent)]));
        }
        return out.toByteArray();
    }

    /** The request is given up. */
    static byte[] reset() {
        return frame(RST_STREAM, 0, 1, new byte[] {0, 0, 0, CANCEL});
    }

    /** A literal that is not indexed (RFC 7541 §6.2.2), shorter than 127 octets. */
    private static void field(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        to.write(name.length());
        to.writeBytes(name.getBytes(ISO_8859_1));
        to.write(value.length());
        to.writeBytes(value.getBytes(ISO_8859_1));
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(payload.length >> 16);
        out.write(payload.length >> 8);
        out.write(payload.length);
        out.write(type);
        out.write(flags);
        out.writeBytes(new byte[] {0, 0, 0, (byte) stream});
        out.writeBytes(payload);
        return out.toByteArray();
    }
}
