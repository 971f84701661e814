package io.tidemark.gateway.overload;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells who waits for a channel when it can be written to again, or is gone. Comes into a channel with the first who has to
 * wait there. For the channel's event loop only.
 */
final class Writability extends ChannelInboundHandlerAdapter {
    private static final String NAME = "tidemark.writability";

    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** Runs it once, when the channel's writability has changed or the channel is gone. */
    static void await(Channel channel, Runnable then) {
        Writability known = (Writability) channel.pipeline().get(NAME);
        if (known == null) {
            known = new Writability();
            channel.pipeline().addFirst(NAME, known);
        }
        known.waiting.add(then);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        context.fireChannelWritabilityChanged();
        wake();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        wake();
    }

    private void wake() {
        for (int i = waiting.size(); i > 0; i--) {
            waiting.remove().run(); // who has to go on waiting comes again
        }
    }
}
