package io.tidemark.gateway.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/** An answer that is made once, for all requests but for their ids. Immutable. */
public final class EarlyAnswer {
    private final HttpResponseStatus status;
    private final HttpHeaders fields;
    private final byte[] lines;
    private final byte[] body;

    /** @param fields all but the request's id, which is the first */
    public EarlyAnswer(HttpResponseStatus status, HttpHeaders fields, byte[] body) {
        this.status = status;
        this.fields = fields.copy();
        this.body = body.clone();
        StringBuilder text = new StringBuilder();
        fields.forEach(
                field -> text.append("\r\n").append(field.getKey()).append(": ").append(field.getValue()));
        this.lines = text.toString().getBytes(US_ASCII);
    }

    public HttpResponseStatus status() {
        return status;
    }

    /** Its fields but the request's id. */
    public HttpHeaders fields() {
        return fields;
    }

    /** The same as they go over the wire after the request's id, the end of whose line is theirs; not to be changed. */
    public byte[] lines() {
        return lines;
    }

    public ByteBuf body() {
        return Unpooled.wrappedBuffer(body);
    }
}
