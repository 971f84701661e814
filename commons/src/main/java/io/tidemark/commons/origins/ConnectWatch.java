package io.tidemark.commons.origins;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Tells {@link OriginNames} which addresses refuse connections; in each connection's pipeline until it is made. */
@ChannelHandler.Sharable
final class ConnectWatch extends ChannelOutboundHandlerAdapter {
    private final OriginNames names;

    ConnectWatch(OriginNames names) {
        this.names = names;
    }

    @Override
    public void connect(
            ChannelHandlerContext context,
            SocketAddress remote,
            @Nullable SocketAddress local,
            ChannelPromise promise) {
        promise.addListener(made -> {
            if (!made.isSuccess() && !promise.isCancelled() && remote instanceof InetSocketAddress address) {
                names.refused(address);
            }
        });
        var _ = context.connect(remote, local, promise);
        context.pipeline().remove(this);
    }
}
