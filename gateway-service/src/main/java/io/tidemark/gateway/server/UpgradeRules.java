package io.tidemark.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2CodecUtil;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Ignores offers to go over to another protocol (RFC 9110 §7.8) but that of a WebSocket, and to HTTP/2 without TLS where
 * {@code tidemark.requests.cleartext-upgrade} allows it; no offer with content is taken, and HTTP/2 only with the first
 * request of a connection: Netty's encoder drops the 101 while the end of an earlier response is still to be written.
 *
 * <p>Netty would have to hold the whole content before it changes the protocol, and answers 413 where it is longer than its
 * limit, which is 0. Some clients, Java's own among them, offer HTTP/2 with the first request of each connection.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE) // after what answers hits, which leaves all offers to others
final class UpgradeRules implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    private final boolean takesHttp2;

    UpgradeRules(RequestProperties properties) {
        this.takesHttp2 = properties.cleartextUpgrade();
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server -> Http1Connections.each(server, this::install));
    }

    private void install(Channel channel) {
        String first = RequestHandlers.first(channel.pipeline());
        if (first != null) {
            channel.pipeline().addBefore(first, "tidemark.upgradeRules", new Ignoring(takesHttp2));
        }
    }

    private static final class Ignoring extends ChannelInboundHandlerAdapter {
        private boolean takesHttp2;

        Ignoring(boolean takesHttp2) {
            this.takesHttp2 = takesHttp2;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                if (request.headers().contains(HttpHeaderNames.UPGRADE)) {
                    apply(request, request.headers());
                }
                takesHttp2 = false;
            }
            context.fireChannelRead(message);
        }

        private void apply(HttpRequest request, HttpHeaders fields) {
            boolean hasContent = fields.contains(HttpHeaderNames.CONTENT_LENGTH)
                    || fields.contains(HttpHeaderNames.TRANSFER_ENCODING);
            boolean isHttp2 = takesHttp2
                    && fields.containsValue(HttpHeaderNames.UPGRADE, Http2CodecUtil.HTTP_UPGRADE_PROTOCOL_NAME, true);
            boolean isWebSocket = HttpMethod.GET.equals(request.method())
                    && fields.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
            if (hasContent || !(isHttp2 || isWebSocket)) {
                fields.remove(HttpHeaderNames.UPGRADE);
            } else if (isWebSocket) {
                fields.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
            }
        }
    }
}
