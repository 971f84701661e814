package io.tidemark.gateway.origin;

import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request's content that did not come as the request said. It says nothing of the origin, whose connection, if there is one
 * already, is closed without the content's end (RFC 9112 §8).
 */
public final class UploadFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What happened; the label is the metric tag. */
    public enum Reason {
        /** It closed the connection, or reset the stream. Nobody is there to be answered. */
        CLIENT_LEFT,
        /** Its content breaks the rules of its framing: a malformed chunk, more or less than Content-Length says. */
        CLIENT_MALFORMED,
        /** It sent nothing for too long, or too little. */
        CLIENT_SLOW,
        /** The gateway has no memory to collect its beginning. The origin was not asked. */
        NO_ROOM;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Reason reason;

    public UploadFailure(Reason reason, @Nullable Throwable cause) {
        super("upload: " + reason.label(), cause, false, false);
        this.reason = reason;
    }

    /** What the failure of a client's content means. */
    public static UploadFailure of(Throwable cause) {
        boolean malformed = cause instanceof CodecException
                || (cause instanceof Http2Exception http2 && http2.error() == Http2Error.PROTOCOL_ERROR)
                || (cause instanceof Http2FrameStreamException stream && stream.error() == Http2Error.PROTOCOL_ERROR);
        return new UploadFailure(malformed ? Reason.CLIENT_MALFORMED : Reason.CLIENT_LEFT, cause);
    }

    public Reason reason() {
        return reason;
    }
}
