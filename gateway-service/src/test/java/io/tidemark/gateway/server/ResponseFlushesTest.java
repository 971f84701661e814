package io.tidemark.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResponseFlushesTest {
    private final List<Object> written = new ArrayList<>();
    private int flushes;

    /** Nothing comes to the channel itself, which would take each call for a whole turn of the event loop. */
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                    written.add(message);
                    ReferenceCountUtil.release(message);
                }

                @Override
                public void flush(ChannelHandlerContext context) {
                    flushes++;
                }
            },
            new ResponseFlushes.Together());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void turn() {
        channel.runPendingTasks();
    }

    private ChannelFuture send(Object message) {
        return channel.pipeline().writeAndFlush(message);
    }

    private static Object head() {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    }

    private static Object part() {
        return new DefaultHttpContent(Unpooled.copiedBuffer(new byte[10]));
    }

    private static Object end() {
        return new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
    }

    @Test
    void aResponseThatIsThereIsSentAtOnce() {
        assertThat(send(head()).isSuccess())
                .as("who waits for the head may go on")
                .isTrue();
        var _ = send(part());
        assertThat(flushes).isZero();
        var _ = send(end());
        assertThat(flushes).isOne();
        assertThat(written).hasSize(3);

        turn();
        assertThat(flushes).isOne();
    }

    @Test
    void aPartWaitsForNothingButTheEventLoop() {
        var _ = send(head());
        turn();
        assertThat(flushes).isOne();

        var _ = send(part());
        var _ = send(part());
        turn();
        assertThat(flushes).isEqualTo(2);
    }

    @Test
    void whatWaitsIsSentBeforeTheConnectionEnds() {
        var _ = send(head());

        var _ = channel.close();

        assertThat(flushes).isOne();
    }

    @Test
    void whatIsTooMuchToWaitIsSent() {
        var _ = send(head());
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        channel.pipeline().fireChannelWritabilityChanged();
        assertThat(flushes).isOne();

        var _ = send(part());
        assertThat(flushes).isEqualTo(2);
    }
}
