package io.tidemark.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;

/**
 * Sends what is there of a response with one call to the system. Reactor Netty (1.3.7) sends each head by itself, and asks
 * for the body, which is mostly there too, when that was sent. Here a head counts as sent once it is written, and what has
 * not ended waits until the event loop has done what it has at hand, and no longer.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE) // after what answers hits, which does so by itself
final class ResponseFlushes implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server -> Http1Connections.each(server, ResponseFlushes::install));
    }

    private static void install(Channel channel) {
        channel.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, "tidemark.responseFlushes", new Together());
    }

    static final class Together extends ChannelDuplexHandler {
        /** Whether something was to be flushed and has not been. */
        private boolean waits;

        private boolean isScheduled;
        private boolean ended;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ended = message instanceof LastHttpContent;
            if (message instanceof HttpResponse && !ended && !promise.isVoid()) {
                // the body is asked for once this has succeeded: without one that was sent there is nothing to be told
                // of
                var _ = context.write(message).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                promise.trySuccess();
            } else {
                var _ = context.write(message, promise);
            }
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            if (ended || !context.channel().isWritable()) {
                flushNow(context);
                return;
            }
            waits = true;
            if (!isScheduled) {
                isScheduled = true;
                context.executor().execute(() -> {
                    isScheduled = false;
                    flushWaiting(context);
                });
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (!context.channel().isWritable()) {
                flushWaiting(context);
            }
            context.fireChannelWritabilityChanged();
        }

        @Override
        public void disconnect(ChannelHandlerContext context, ChannelPromise promise) {
            flushWaiting(context);
            var _ = context.disconnect(promise);
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            flushWaiting(context);
            var _ = context.close(promise);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            flushWaiting(context);
        }

        private void flushWaiting(ChannelHandlerContext context) {
            if (waits) {
                flushNow(context);
            }
        }

        private void flushNow(ChannelHandlerContext context) {
            waits = false;
            context.flush();
        }
    }
}
