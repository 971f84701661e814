package io.tidemark.gateway.edge;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServer;

/**
 * Ignores the offer to go over to HTTP/2 without TLS where it comes with content (RFC 9110 §7.8 lets a server ignore any).
 *
 * <p>Netty would have to hold the whole content before it changes the protocol, and answers 413 where it is longer than its
 * limit, which is 0. Some clients, Java's own among them, make that offer with the first request of each connection.
 */
@Component
final class CleartextUpgrades implements NettyServerCustomizer {
    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((_, channel, _) -> {
            ChannelHandlerContext codec = channel.pipeline().context(HttpServerCodec.class);
            if (codec != null) {
                channel.pipeline().addAfter(codec.name(), "tidemark.cleartextUpgrades", new WithoutContentOnly());
            }
        });
    }

    @ChannelHandler.Sharable
    private static final class WithoutContentOnly extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request && offersWithContent(request.headers())) {
                request.headers().remove(HttpHeaderNames.UPGRADE);
            }
            context.fireChannelRead(message);
        }

        private static boolean offersWithContent(HttpHeaders headers) {
            return headers.containsValue(HttpHeaderNames.UPGRADE, Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, true)
                    && (headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                            || headers.contains(HttpHeaderNames.TRANSFER_ENCODING));
        }
    }
}
