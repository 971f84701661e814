package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tidemark.gateway.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The head of an HTTP/1.1 message, read from bytes without a library's opinion of them. */
public record Message(String startLine, Headers headers) {
    /** null at the end of the stream. */
    public static @Nullable Message readHead(InputStream in) throws IOException {
        String startLine = readLine(in);
        if (startLine == null) {
            return null;
        }
        Headers.Builder headers = Headers.builder();
        for (String line = readLine(in); line != null && !line.isEmpty(); line = readLine(in)) {
            int colon = line.indexOf(':');
            headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return new Message(startLine, headers.build());
    }

    /**
     * Reads the body by its framing.
     *
     * @param untilClose whether a message without a framing goes on until the end, as responses do
     * @throws EOFException if it ends before its framing says so
     */
    String readBody(InputStream in, boolean untilClose) throws IOException {
        String length = headers.first("Content-Length");
        String coding = headers.first("Transfer-Encoding");
        if ("chunked".equalsIgnoreCase(coding)) {
            return readChunks(in);
        }
        if (length != null) {
            byte[] bytes = in.readNBytes(Integer.parseInt(length));
            if (bytes.length < Integer.parseInt(length)) {
                throw new EOFException("after " + bytes.length + " of " + length + " bytes");
            }
            return new String(bytes, ISO_8859_1);
        }
        return untilClose ? new String(in.readAllBytes(), ISO_8859_1) : "";
    }

    private static String readChunks(InputStream in) throws IOException {
        StringBuilder body = new StringBuilder();
        while (true) {
            String size = readLine(in);
            if (size == null) {
                throw new EOFException("before the last chunk");
            }
            int length = Integer.parseInt(size.split(";", -1)[0].strip(), 16);
            byte[] chunk = in.readNBytes(length);
            if (chunk.length < length) {
                throw new EOFException("in a chunk");
            }
            body.append(new String(chunk, ISO_8859_1));
            String end = readLine(in);
            if (length == 0) {
                while (end != null && !end.isEmpty()) {
                    end = readLine(in); // trailers
                }
                return body.toString();
            }
        }
    }

    private static @Nullable String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                String text = line.toString(ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(b);
        }
        return line.size() == 0 ? null : line.toString(ISO_8859_1);
    }
}
