package io.tidemark.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServer;

/**
 * Holds content in chunks to its grammar (RFC 9112 §7.1), on one HTTP/1.1 connection of a client or of an origin. Netty's
 * codec (4.2.17) takes a size to end at any control octet and ignores what follows in the line: {@code 0\r5} is the last chunk
 * for it, where others read one of 5 octets. What breaks the grammar never reaches the codec; in its place comes a content that
 * failed, as the codec says it of what it knows to be malformed, and nothing after it.
 *
 * <p>Sits on both sides of the codec: what goes in are octets, what comes out are messages. Octets are looked at only within
 * content in chunks, and where a head came in parts. For the connection's event loop only.
 */
public final class ChunkRules extends ChannelInboundHandlerAdapter {
    private final ChannelHandlerContext codec;
    private final boolean padded;
    private @Nullable ByteBuf underWay; // what the codec decodes right now
    private @Nullable ChunkedFraming framing; // of the content that is under way
    private boolean headIsCut; // within a line, whose beginning the codec holds; until the head's end
    private boolean lineIsEmpty; // of which nothing but its CR has come
    private boolean broken;

    private ChunkRules(ChannelHandlerContext codec, boolean padded) {
        this.codec = codec;
        this.padded = padded;
    }

    /** On the connections of clients. */
    @Component
    static final class OfRequests implements NettyServerCustomizer {
        @Override
        public HttpServer apply(HttpServer server) {
            return Http1Connections.each(
                    server, channel -> around(channel.pipeline().context(HttpServerCodec.class), false));
        }
    }

    /** On a connection to an origin, before anything has come over it. */
    public static void ofResponses(ChannelPipeline pipeline) {
        ChannelHandlerContext codec = pipeline.context(HttpClientCodec.class);
        if (codec != null && pipeline.get(ChunkRules.class) == null) {
            around(codec, true);
        }
    }

    static void around(ChannelHandlerContext codec, boolean padded) {
        ChunkRules rules = new ChunkRules(codec, padded);
        codec.pipeline().addBefore(codec.name(), "tidemark.chunkOctets", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof ByteBuf octets && !codec.isRemoved()) {
                    rules.came(context, octets);
                } else {
                    context.fireChannelRead(message);
                }
            }
        });
        codec.pipeline().addAfter(codec.name(), "tidemark.chunks", rules);
    }

    /** Gives the codec each message's octets by themselves where the codec could not tell where the message ends in them. */
    private void came(ChannelHandlerContext context, ByteBuf octets) {
        while (!broken && octets.isReadable() && (framing != null || headIsCut)) {
            int end = framing == null ? endOfHead(octets) : endOfContent(octets, framing);
            if (broken) {
                refuse(context, octets.readRetainedSlice(end - octets.readerIndex()));
            } else if (end < octets.writerIndex()) {
                decode(context, octets.readRetainedSlice(end - octets.readerIndex()));
            } else {
                break;
            }
        }
        if (broken) {
            octets.release();
        } else {
            decode(context, octets);
        }
    }

    /** Behind the empty line, or all of it. */
    private int endOfHead(ByteBuf octets) {
        for (int at = octets.readerIndex(); at < octets.writerIndex(); at++) {
            byte octet = octets.getByte(at);
            if (octet == '\n') {
                if (lineIsEmpty) {
                    headIsCut = false;
                    return at + 1;
                }
                lineIsEmpty = true;
            } else if (octet != '\r') {
                lineIsEmpty = false;
            }
        }
        return octets.writerIndex();
    }

    /** Behind the content, at what breaks its grammar, or all of it. */
    private int endOfContent(ByteBuf octets, ChunkedFraming content) {
        int at = octets.readerIndex();
        while (at < octets.writerIndex() && !content.isWhole()) {
            int data = content.data(octets.writerIndex() - at);
            if (data > 0) {
                at += data;
            } else if (content.accept(octets.getByte(at))) {
                at++;
            } else {
                broken = true;
                return at;
            }
        }
        if (content.isWhole()) {
            framing = null;
        }
        return at;
    }

    private void decode(ChannelHandlerContext context, ByteBuf octets) {
        boolean continues = headIsCut;
        octets.retain();
        underWay = octets;
        context.fireChannelRead(octets);
        underWay = null;
        if (broken) {
            fail();
        } else if (!continues && framing == null) {
            headIsCut = octets.isReadable();
            lineIsEmpty = octets.readableBytes() == 1 && octets.getByte(octets.readerIndex()) == '\r';
        }
        octets.release();
    }

    private void refuse(ChannelHandlerContext context, ByteBuf before) {
        context.fireChannelRead(before);
        fail();
    }

    private void fail() {
        LastHttpContent end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        end.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("malformed chunk")));
        codec.fireChannelRead(end);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf octets = underWay;
        if (message instanceof HttpMessage head
                && octets != null
                && head.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
                && HttpUtil.isTransferEncodingChunked(head)
                && head.decoderResult().isSuccess()) {
            begin(octets);
        }
        context.fireChannelRead(message);
    }

    /** What the codec has not read of these octets is content, or behind it. */
    private void begin(ByteBuf octets) {
        ChunkedFraming content = new ChunkedFraming(padded);
        framing = content;
        int end = endOfContent(octets, content);
        if (broken) {
            octets.writerIndex(end); // the codec decodes this very buffer
        }
    }
}
