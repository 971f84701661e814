package io.tidemark.gateway.origin;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * Sends each request for the target that its call says, octet for octet: the client in front of this makes one of a URI, which
 * cannot hold all that may be asked for.
 */
@ChannelHandler.Sharable
public final class RequestTargets extends ChannelOutboundHandlerAdapter {
    /** The target of the call that is under way on a connection; null: as the client has it. */
    public static final AttributeKey<@Nullable String> TARGET = AttributeKey.valueOf("tidemark.origin.target");

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
