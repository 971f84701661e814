package io.tidemark.gateway.origin;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.tidemark.gateway.http.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Lets through one final response for each request: interim ones (RFC 9110 §15.2) go to the request's listener, and a
 * response that nobody asked for ends the connection.
 */
final class ResponseFraming extends ChannelDuplexHandler {
    /** Who gets the interim responses to the request that was sent last. */
    static final AttributeKey<@Nullable InterimListener> INTERIM = AttributeKey.valueOf("tidemark.origin.interim");

    private static final String NAME = "tidemark.responseFraming";

    static void addTo(ChannelPipeline pipeline) {
        pipeline.addAfter(RequestTargets.codec(pipeline), NAME, new ResponseFraming());
    }

    private int outstanding;
    private boolean interim;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpRequest) {
            outstanding++;
        }
        var _ = context.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            if (outstanding == 0) {
                ReferenceCountUtil.release(message);
                var _ = context.close();
                return;
            }
            interim = response.decoderResult().isSuccess()
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                    && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
            if (interim) {
                tell(context, response);
            }
        }
        if (interim) {
            boolean ended = message instanceof LastHttpContent;
            ReferenceCountUtil.release(message);
            if (ended) {
                context.read(); // nobody above has seen anything, and so nobody asks for more
            }
            return;
        }
        if (message instanceof LastHttpContent) {
            if (outstanding == 0) {
                ReferenceCountUtil.release(message);
                return;
            }
            outstanding--;
        }
        context.fireChannelRead(message);
    }

    /** A 100 is for whoever sent {@code Expect}, and that field goes no further than to this gateway. */
    private static void tell(ChannelHandlerContext context, HttpResponse response) {
        InterimListener listener = context.channel().attr(INTERIM).get();
        if (listener != null && !response.status().equals(HttpResponseStatus.CONTINUE)) {
            listener.received(response.status().code(), HopByHop.removedFrom(Headers.copyOf(response.headers())));
        }
    }
}
