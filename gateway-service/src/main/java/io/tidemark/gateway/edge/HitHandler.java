package io.tidemark.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.tidemark.gateway.edge.Hits.Hit;
import org.jspecify.annotations.Nullable;

/**
 * Gives the answers of {@link Hits} on one HTTP/1.1 connection, between Netty's codec and Reactor Netty's handling of
 * requests, which is most of what a hit would cost. Everything else passes: a request whose answer must wait for that of an
 * earlier one (pipelining), the last one of a connection, and all that {@link Hits} has no answer for.
 *
 * <p>Reactor Netty reads on demand: it asks for the next request once it has answered one, and so does this.
 */
final class HitHandler extends ChannelDuplexHandler {
    /** What a proxy in front says of the client; with one of these the request's scheme and host may be others. */
    private static final AsciiString[] FORWARDED = {
        AsciiString.cached("forwarded"), AsciiString.cached("x-forwarded-proto"), AsciiString.cached("x-forwarded-host")
    };

    private final Hits hits;
    private final boolean heedsForwarded;
    private @Nullable String scheme;

    /** Requests that were passed on and have no complete answer yet. */
    private int passedOn;

    /** Whether the answer under way is the final one of its request. */
    private boolean finalAnswer;

    /** Whether no request after those passed on is to be answered. */
    private boolean isLast;

    /** Whether what comes up to the end of the request belongs to one that has been answered here. */
    private boolean answered;

    /** Whether an answer has been written that waits to be flushed. */
    private boolean written;

    /** @param heedsForwarded whether Forwarded and X-Forwarded-* change what a request asks for */
    HitHandler(Hits hits, boolean heedsForwarded) {
        this.hits = hits;
        this.heedsForwarded = heedsForwarded;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            Hit hit = hit(context, request);
            if (hit != null) {
                answered = !(message instanceof LastHttpContent);
                answer(context, hit);
                ReferenceCountUtil.release(message);
                return;
            }
            passedOn++;
            isLast |= !HttpUtil.isKeepAlive(request);
        } else if (answered) {
            answered = !(message instanceof LastHttpContent);
            ReferenceCountUtil.release(message);
            return;
        }
        context.fireChannelRead(message);
    }

    private @Nullable Hit hit(ChannelHandlerContext context, HttpRequest request) {
        if (passedOn > 0
                || isLast
                || !request.decoderResult().isSuccess()
                || !HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                || request.headers().contains(HttpHeaderNames.CONNECTION)
                || (heedsForwarded && Hits.hasAny(request.headers(), FORWARDED))) {
            return null;
        }
        if (scheme == null) {
            scheme = context.pipeline().get(SslHandler.class) == null ? "http" : "https";
        }
        return hits.find(scheme, request.method(), request.uri(), request.headers());
    }

    private void answer(ChannelHandlerContext context, Hit hit) {
        ByteBuf body = hits.body(hit);
        HttpHeaders fields;
        PreparedHead prepared = hit.prepared();
        if (prepared != null && prepared.isAsEncoded()) {
            fields = hits.encodedFields(hit, prepared);
        } else {
            fields = DefaultHttpHeadersFactory.headersFactory().newHeaders();
            hits.writeFields(hit, fields);
        }
        hits.count(hit);
        written = true;
        var _ = context.write(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, Hits.status(hit), body, fields, EmptyHttpHeaders.INSTANCE))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (written) {
            written = false;
            context.flush();
            context.read();
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            finalAnswer = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
            isLast |= finalAnswer && !HttpUtil.isKeepAlive(response);
        }
        if (message instanceof LastHttpContent && finalAnswer) {
            finalAnswer = false;
            passedOn--;
        }
        var _ = context.write(message, promise);
    }
}
