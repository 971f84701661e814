package io.tidemark.gateway.server;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.server.HttpServer;

/**
 * Keeps a client's connection going after a request that was answered at once.
 *
 * <p>Reactor Netty (1.3.7) queues a request that arrives before it has noted the end of the response before it, as clients
 * with a kept-alive connection send it. If the queued one is answered while it is taken from the queue, as the hit route
 * does, its end is still queued; so nothing is read, and nothing ever reads again. What is left over then comes here, with
 * no exchange that it could belong to: the sign to read on.
 */
@Component
final class KeepAliveReads implements NettyServerCustomizer {
    @Override
    public HttpServer apply(HttpServer server) {
        return Http1Connections.each(
                server,
                channel -> channel.pipeline()
                        .addAfter(NettyPipeline.HttpTrafficHandler, "tidemark.keepAliveReads", new ReadOn()));
    }

    @ChannelHandler.Sharable
    private static final class ReadOn extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof LastHttpContent && ChannelOperations.get(context.channel()) == null) {
                ReferenceCountUtil.release(message);
                context.read();
            } else {
                context.fireChannelRead(message);
            }
        }
    }
}
