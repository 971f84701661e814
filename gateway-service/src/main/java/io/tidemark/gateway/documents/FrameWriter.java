package io.tidemark.gateway.documents;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages to a WebSocket as frames (RFC 6455 section 5.2), from where the library's encoder is on: nothing before it, which is
 * there for HTTP, has a say in a frame. A long message goes in fragments (section 5.4), each when the client has taken the one before: a
 * transport copies what it is given, and a document of megabytes would be copied for each who joins. A ping or a goodbye may come between
 * fragments. For the channel's event loop alone.
 */
final class FrameWriter {
    static final int FRAGMENT = 64 * 1024;

    private static final int CONTINUATION = 0;
    private static final int BINARY = 2;
    private static final int FINAL = 0x80;
    private static final int MOST_OF_A_HEAD = 10;
    private static final int SHORT = 125;
    private static final int TWO_OCTETS = 126;
    private static final int EIGHT_OCTETS = 127;

    private final Channel channel;
    private @Nullable ChannelOutboundInvoker encoder;
    private @Nullable ByteBuf rest;
    private @Nullable ChannelFuture last;

    FrameWriter(Channel channel) {
        this.channel = channel;
    }

    /** Begins a message. The one before is written wholly. */
    void begin(ByteBuf message) {
        rest = message;
        write(BINARY, message);
    }

    /** Writes the next fragment of a message that is begun; false if there is none. */
    boolean goOn() {
        ByteBuf begun = rest;
        if (begun == null) {
            return false;
        }
        write(CONTINUATION, begun);
        return true;
    }

    private void write(int kind, ByteBuf message) {
        int octets = Math.min(message.readableBytes(), FRAGMENT);
        boolean end = octets == message.readableBytes();
        ByteBuf frame = channel.alloc().ioBuffer(MOST_OF_A_HEAD + octets);
        frame.writeByte(end ? FINAL | kind : kind);
        if (octets <= SHORT) {
            frame.writeByte(octets);
        } else if (octets <= 0xFFFF) {
            frame.writeByte(TWO_OCTETS).writeShort(octets);
        } else {
            frame.writeByte(EIGHT_OCTETS).writeLong(octets);
        }
        frame.writeBytes(message, octets);
        if (end) {
            rest = null;
            message.release();
        }
        last = encoder().write(frame);
    }

    /** Sends what is written. */
    void flush() {
        encoder().flush();
    }

    private ChannelOutboundInvoker encoder() {
        ChannelOutboundInvoker found = encoder;
        if (found == null) {
            found = channel.pipeline().context(WebSocketFrameEncoder.class);
            encoder = found;
        }
        return found == null ? channel : found; // none is left of a channel that is closed: a write fails
    }

    /** Done when what was written last is with the client's system; null if nothing was written. */
    @Nullable
    ChannelFuture last() {
        return last;
    }
}
