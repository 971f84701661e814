package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client of HTTP/2 by prior knowledge that sends any pseudo-fields, valid or not. */
public final class Http2Client implements AutoCloseable {
    /** A response; a stream that was reset has the status 0 and the error's number as its body. */
    public record Response(int status, String type, String body) {}

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel connection;

    public Http2Client(int port) {
        connection = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient()
                                                .validateHeaders(false)
                                                .encoderIgnoreMaxHeaderListSize(true)
                                                .build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
    }

    /** Sends a request without content and waits for the response. */
    public Response send(String method, String path, String authority, String... fields) throws Exception {
        Http2Headers head = new DefaultHttp2Headers(false)
                .method(method)
                .scheme("http")
                .authority(authority)
                .path(path);
        for (int i = 0; i < fields.length; i += 2) {
            head.add(fields[i], fields[i + 1]);
        }
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Channel stream = new Http2StreamChannelBootstrap(connection)
                .handler(new Reading(answer))
                .open()
                .sync()
                .getNow();
        stream.writeAndFlush(new DefaultHttp2HeadersFrame(head, true)).sync();
        return answer.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connection.close().syncUninterruptibly();
        var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static final class Reading extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Response> answer;
        private final StringBuilder body = new StringBuilder();
        private int status;
        private String type = "";

        Reading(CompletableFuture<Response> answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            boolean end = false;
            switch (message) {
                case Http2HeadersFrame head -> {
                    status = Integer.parseInt(head.headers().status().toString());
                    type = String.valueOf(head.headers().get("content-type"));
                    end = head.isEndStream();
                }
                case Http2DataFrame data -> {
                    body.append(data.content().toString(UTF_8));
                    end = data.isEndStream();
                }
                case Http2ResetFrame reset -> answer.complete(new Response(0, "", Long.toString(reset.errorCode())));
                default -> {}
            }
            ReferenceCountUtil.release(message);
            if (end) {
                answer.complete(new Response(status, type, body.toString()));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof Http2ResetFrame reset) {
                answer.complete(new Response(0, "", Long.toString(reset.errorCode())));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IllegalStateException("closed without a response"));
        }
    }
}
