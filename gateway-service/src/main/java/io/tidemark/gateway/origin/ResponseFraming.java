package io.tidemark.gateway.origin;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Lets through one final response for each request: interim ones (RFC 9110 §15.2) are dropped, and a response that nobody
 * asked for ends the connection.
 */
final class ResponseFraming extends ChannelDuplexHandler {
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
        }
        if (interim) {
            ReferenceCountUtil.release(message);
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
}
