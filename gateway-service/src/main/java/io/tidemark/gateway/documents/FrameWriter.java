package io.tidemark.gateway.documents;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to a WebSocket, a long one in fragments (RFC 6455 section 5.4), each when the client has taken the one before: a
 * transport copies what it is given, and a document of megabytes would be copied for each who joins. A ping or a goodbye may come between
 * fragments. For the channel's event loop alone.
 */
final class FrameWriter {
    static final int FRAGMENT = 64 * 1024;

    private final Channel channel;
    private @Nullable ByteBuf rest;
    private @Nullable ChannelFuture last;

    FrameWriter(Channel channel) {
        this.channel = channel;
    }

    /** Begins a message. The one before is written wholly. */
    void begin(ByteBuf message) {
        boolean whole = message.readableBytes() <= FRAGMENT;
        rest = whole ? null : message;
        last = channel.write(
                new BinaryWebSocketFrame(whole, 0, whole ? message : message.readRetainedSlice(FRAGMENT)));
    }

    /** Writes the next fragment of a message that is begun; false if there is none. */
    boolean goOn() {
        ByteBuf begun = rest;
        if (begun == null) {
            return false;
        }
        boolean end = begun.readableBytes() <= FRAGMENT;
        rest = end ? null : begun;
        last = channel.write(new ContinuationWebSocketFrame(end, 0, end ? begun : begun.readRetainedSlice(FRAGMENT)));
        return true;
    }

    /** Done when what was written last is with the client's system; null if nothing was written. */
    @Nullable
    ChannelFuture last() {
        return last;
    }
}
