package io.tidemark.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import reactor.netty.http.server.HttpServer;

/**
 * Changes the connections of a server on which clients speak HTTP/1.1, each once its codec is there: where TLS agrees on the
 * protocol (ALPN) that is after the handshake, before anything was read.
 */
public final class Http1Connections {
    private static final String NAME = "tidemark.agreed";

    private Http1Connections() {}

    /** Several changes are made in the order in which they were asked for. */
    public static HttpServer each(HttpServer server, Consumer<? super Channel> change) {
        return server.doOnChannelInit((_, channel, _) -> {
            ChannelPipeline pipeline = channel.pipeline();
            ChannelHandlerContext negotiation = pipeline.context(ApplicationProtocolNegotiationHandler.class);
            if (negotiation == null) {
                apply(change, channel);
                return;
            }
            Agreed agreed = (Agreed) pipeline.get(NAME);
            if (agreed == null) {
                agreed = new Agreed();
                pipeline.addAfter(negotiation.name(), NAME, agreed);
            }
            agreed.changes.add(change);
        });
    }

    /** HTTP/2 without TLS is known by its first octets only: until then there is a codec. */
    private static void apply(Consumer<? super Channel> change, Channel channel) {
        if (channel.pipeline().context(HttpServerCodec.class) != null) {
            change.accept(channel);
        }
    }

    private static final class Agreed extends ChannelInboundHandlerAdapter {
        private final List<Consumer<? super Channel>> changes = new ArrayList<>();

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                changes.forEach(change -> apply(change, context.channel()));
                context.pipeline().remove(this);
            }
            context.fireUserEventTriggered(event);
        }
    }
}
