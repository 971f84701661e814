package io.tidemark.gateway.overload;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is not taken. The first bytes that come on it are answered and dropped, and it is closed; without any in
 * time it is closed at once. No other handler hears of it.
 */
final class RefusedConnection extends ChannelInboundHandlerAdapter {
    private static final long WAIT_MILLIS = 1000;

    private final @Nullable Refusal refusal;
    private boolean answered;

    /** @param refusal null where it could not be read, as behind TLS */
    RefusedConnection(@Nullable Refusal refusal) {
        this.refusal = refusal;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (refusal == null) {
            var _ = context.close();
            return;
        }
        Runnable close = () -> {
            var _ = context.close();
        };
        var _ = context.executor().schedule(close, WAIT_MILLIS, TimeUnit.MILLISECONDS);
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        if (!answered && refusal != null) {
            answered = true;
            var _ = context.writeAndFlush(refusal.encoded()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {}

    @Override
    public void channelInactive(ChannelHandlerContext context) {}

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = context.close();
    }
}
