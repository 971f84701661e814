package io.tidemark.gateway.upload;

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
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.server.HttpServer;

/**
 * Makes content whose framing is broken, a malformed chunk, a failure for whoever reads it, and ends the connection after the
 * answer (RFC 9112 §8). Reactor Netty (1.3.7) would answer it, and tell the reader that the content ended well.
 */
@Component
final class UploadFraming implements NettyServerCustomizer {
    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((_, channel, _) -> {
            if (channel.pipeline().context(NettyPipeline.HttpTrafficHandler) != null) {
                channel.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, "tidemark.uploadFraming", new Handler());
            }
        });
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
