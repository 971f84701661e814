package io.tidemark.gateway.upload;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.tidemark.gateway.server.Http1Connections;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;

/**
 * Makes content whose framing is broken, a malformed chunk, a failure for whoever reads it, and ends the connection after the
 * answer (RFC 9112 §8). Reactor Netty (1.3.7) would answer it, and tell the reader that the content ended well.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE) // after what answers hits, which have no content
final class UploadFraming implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server -> Http1Connections.each(server, UploadFraming::install));
    }

    private static void install(Channel channel) {
        channel.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, "tidemark.uploadFraming", new Handler());
    }

    private static final class Handler extends ChannelDuplexHandler {
        private boolean broken;
        private boolean isFinal;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!(message instanceof HttpContent content)
                    || message instanceof HttpMessage
                    || content.decoderResult().isSuccess()) {
                context.fireChannelRead(message);
                return;
            }
            Throwable cause = content.decoderResult().cause();
            ReferenceCountUtil.release(message);
            broken = true;
            if (ChannelOperations.get(context.channel()) == null) {
                var _ = context.close(); // it was answered without being read
            } else {
                context.fireExceptionCaught(new DecoderException("malformed content", cause));
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (!broken) {
                var _ = context.write(message, promise);
                return;
            }
            if (message instanceof HttpResponse response) {
                isFinal = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
                if (isFinal) {
                    HttpUtil.setKeepAlive(response, false);
                }
            }
            var written = context.write(message, promise);
            if (message instanceof LastHttpContent && isFinal) {
                var _ = written.addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
