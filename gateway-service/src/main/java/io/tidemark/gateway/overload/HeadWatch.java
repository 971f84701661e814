package io.tidemark.gateway.overload;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.ChannelOperations;

/**
 * Holds the heads of requests to their time on one HTTP/1.1 connection, and against the budget, for as long as they have not
 * come whole. Sits on both sides of the codec: what goes in are bytes, what comes out are requests. For the connection's event
 * loop only.
 */
final class HeadWatch extends ChannelInboundHandlerAdapter {
    /** Parts of a head are held as the bytes that came and as fields. */
    private static final int COPIES = 2;

    private static final long LOOK_AGAIN_MILLIS = 1000;

    private final HeldBytes bytes;
    private final Duration timeout;
    private final ChannelHandlerContext codec;
    private int came; // bytes since the last message
    private boolean endsALine;
    private boolean withinRequest;
    private boolean sawMessage;
    private boolean afterContent;
    private @Nullable Account account;
    private @Nullable ScheduledFuture<?> deadline;

    private HeadWatch(HeldBytes bytes, Duration timeout, ChannelHandlerContext codec) {
        this.bytes = bytes;
        this.timeout = timeout;
        this.codec = codec;
    }

    /** Puts one on both sides of the codec. */
    static void around(ChannelHandlerContext codec, HeldBytes bytes, Duration timeout) {
        HeadWatch watch = new HeadWatch(bytes, timeout, codec);
        codec.pipeline().addBefore(codec.name(), "tidemark.headBytes", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                if (message instanceof ByteBuf part && part.isReadable()) {
                    watch.came(part);
                }
                context.fireChannelRead(message);
            }
        });
        codec.pipeline().addAfter(codec.name(), "tidemark.heads", watch);
    }

    private void came(ByteBuf part) {
        came += part.readableBytes();
        endsALine = part.getByte(part.writerIndex() - 1) == '\n';
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        sawMessage = true;
        if (message instanceof HttpRequest) {
            withinRequest = true;
            if (deadline != null) {
                whole();
            }
        }
        if (message instanceof LastHttpContent end) {
            withinRequest = false;
            afterContent = end.content().isReadable();
        }
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (came > 0) {
            // Behind a whole request there may be a part of the next. What has no content ends with its line; behind
            // content nobody can tell, until more comes.
            boolean isPart = sawMessage ? !afterContent && !endsALine : !codec.isRemoved();
            if (isPart && !withinRequest) {
                partOfHead(context);
            }
            sawMessage = false;
            afterContent = false;
            came = 0;
        }
        context.fireChannelReadComplete();
    }

    private void partOfHead(ChannelHandlerContext context) {
        Account held = account;
        if (held == null) {
            held = bytes.account(HeldFor.HEADS);
            account = held;
        }
        if (deadline == null) {
            deadline = context.executor()
                    .schedule(() -> refuse(context, Refusal.HEAD_TOO_SLOW), timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (!held.tryHold((long) COPIES * came)) {
            refuse(context, Refusal.OVERLOADED);
        }
    }

    private void whole() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
        if (account != null) {
            account.release(account.held());
        }
    }

    /** Not in the middle of an answer to an earlier request. */
    private void refuse(ChannelHandlerContext context, Refusal refusal) {
        if (deadline == null || !context.channel().isActive()) {
            return;
        }
        deadline.cancel(false);
        if (!context.channel().isWritable() || ChannelOperations.get(context.channel()) != null) {
            deadline = context.executor()
                    .schedule(() -> refuse(context, refusal), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        deadline = null;
        var _ = context.writeAndFlush(refusal.response()).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        gone();
    }

    private void gone() {
        whole();
        if (account != null) {
            account.close();
        }
    }
}
