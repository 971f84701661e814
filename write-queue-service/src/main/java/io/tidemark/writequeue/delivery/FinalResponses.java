package io.tidemark.writequeue.delivery;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;

/** Lets through final responses only: interim ones (RFC 9110 §15.2) mean nothing to a delivery, and the client knows none. */
final class FinalResponses extends ChannelInboundHandlerAdapter {
    private static final String NAME = "tidemark.finalResponses";

    private boolean interim;

    /** Into the pipeline of a connection, or of a stream of an HTTP/2 connection, unless it is there. */
    static void addTo(ChannelPipeline pipeline) {
        if (pipeline.get(NAME) == null) {
            ChannelHandler codec = pipeline.get(NettyPipeline.HttpCodec);
            pipeline.addAfter(
                    codec == null ? NettyPipeline.H2ToHttp11Codec : NettyPipeline.HttpCodec,
                    NAME,
                    new FinalResponses());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            interim = response.decoderResult().isSuccess()
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                    && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
        }
        if (interim) {
            interim = !(message instanceof LastHttpContent);
            ReferenceCountUtil.release(message);
            context.read();
        } else {
            context.fireChannelRead(message);
        }
    }
}
