package io.tidemark.gateway.origin;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Sends each request for the target that its call says, octet for octet: the client in front of this makes one of a URI, which
 * cannot hold all that may be asked for.
 */
@ChannelHandler.Sharable
public final class RequestTargets extends ChannelOutboundHandlerAdapter {
    /** The target of the call that is under way on a connection; null: as the client has it. */
    public static final AttributeKey<@Nullable String> TARGET = AttributeKey.valueOf("tidemark.origin.target");

    private static final String NAME = "tidemark.requestTargets";
    private static final RequestTargets INSTANCE = new RequestTargets();

    private RequestTargets() {}

    /** Has the requests of a connection, or of a stream of an HTTP/2 connection, sent so; once its codec is there. */
    public static void addTo(ChannelPipeline pipeline) {
        if (pipeline.get(NAME) == null) {
            pipeline.addAfter(codec(pipeline), NAME, INSTANCE);
        }
    }

    /** The name of what turns messages of HTTP/1.1 into what is sent: octets, or frames of HTTP/2. */
    static String codec(ChannelPipeline pipeline) {
        return pipeline.get(NettyPipeline.HttpCodec) == null ? NettyPipeline.H2ToHttp11Codec : NettyPipeline.HttpCodec;
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest request) {
            String target = context.channel().attr(TARGET).getAndSet(null);
            if (target != null) {
                request.setUri(target);
            }
        }
        var _ = context.write(message, promise);
    }
}
