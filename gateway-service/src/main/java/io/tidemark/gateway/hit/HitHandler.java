package io.tidemark.gateway.hit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
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
import io.netty.util.ReferenceCountUtil;
import io.tidemark.gateway.edge.EdgeAnswer;
import io.tidemark.gateway.overload.OutputLimits;
import io.tidemark.gateway.overload.Refusal;
import io.tidemark.gateway.overload.UnreadOutput;
import io.tidemark.gateway.server.EarlyAnswer;
import io.tidemark.gateway.server.EarlyRefusals;
import io.tidemark.gateway.server.NettyConnections;
import io.tidemark.gateway.server.ProxiedSchemes;
import org.jspecify.annotations.Nullable;

/**
 * Gives the answers of {@link Hits}, and of {@link Refusals}, on one HTTP/1.1 connection, between Netty's codec and Reactor
 * Netty's handling of requests, which is most of what a hit would cost. Everything else passes: a request whose answer must wait
 * for that of an earlier one (pipelining), the last one of a connection, and all that {@link Hits} has no answer for.
 *
 * <p>Reactor Netty reads on demand: it asks for the next request once it has answered one, and so does this, if the client
 * has read enough of what was written: a request that comes before that waits here, and nothing more is read.
 */
final class HitHandler extends ChannelDuplexHandler {
    private final Hits hits;
    private final Refusals refusals;
    private final ProxiedSchemes proxied;
    private final UnreadOutput unread;
    private final NettyConnections connections;
    private @Nullable String scheme;

    /** Whether the peer is a proxy that says which scheme and host its clients ask for. */
    private boolean isProxied;

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

    /** What is still to be written of an answer's body, of which a part has been. */
    private @Nullable ByteBuf rest;

    private boolean goesOn;

    HitHandler(
            Hits hits, Refusals refusals, ProxiedSchemes proxied, OutputLimits limits, NettyConnections connections) {
        this.hits = hits;
        this.refusals = refusals;
        this.proxied = proxied;
        this.unread = new UnreadOutput(limits);
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!unread.isEmpty()
                || (passedOn == 0
                        && message instanceof HttpRequest
                        && !context.channel().isWritable())) {
            unread.add(context, message);
        } else {
            handle(context, message);
        }
    }

    private void handle(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            if (isAnswered(context, request)) {
                answered = !(message instanceof LastHttpContent);
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

    private boolean isAnswered(ChannelHandlerContext context, HttpRequest request) {
        if (passedOn > 0
                || isLast
                || connections.areLeaving() // told so with each answer, after this
                || !request.decoderResult().isSuccess()
                || !HttpVersion.HTTP_1_1.equals(request.protocolVersion())
                || request.headers().contains(HttpHeaderNames.CONNECTION)) {
            return false;
        }
        if (scheme == null) {
            scheme = context.pipeline().get(SslHandler.class) == null ? "http" : "https";
            isProxied = proxied.mayDiffer(context.channel().remoteAddress());
        }
        String asked = isProxied ? proxied.of(request.headers(), scheme) : scheme;
        if (asked == null) {
            return false;
        }
        Hit hit = hits.find(asked, request.method(), request.uri(), request.headers());
        if (hit != null) {
            answer(context, hit);
            return true;
        }
        EarlyRefusals.Refused refused = refusals.find(asked, request.method(), request.uri(), request.headers());
        if (refused != null) {
            refuse(context, refused);
        }
        return refused != null;
    }

    private void refuse(ChannelHandlerContext context, EarlyRefusals.Refused refused) {
        EarlyAnswer answer = refused.answer();
        HttpHeaders fields = new EncodedFields(HitFields.REQUEST_ID, answer.lines().length)
                .add(refused.id())
                .add(answer.lines());
        written = true;
        var _ = context.write(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, answer.status(), answer.body(), fields, EmptyHttpHeaders.INSTANCE))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    private void answer(ChannelHandlerContext context, Hit hit) {
        ByteBuf body = hits.body(hit);
        HttpHeaders fields = hits.fields(hit);
        hits.count(hit);
        written = true;
        if (body.readableBytes() > EdgeAnswer.WHOLE) {
            var _ = context.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, hit.status(), fields))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            rest = body;
            writeOn(context);
            return;
        }
        var _ = context.write(new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, hit.status(), body, fields, EmptyHttpHeaders.INSTANCE))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** Writes as much of the rest as the client reads: whether that was all. */
    private boolean writeOn(ChannelHandlerContext context) {
        ByteBuf body = rest;
        while (body != null) {
            if (!context.channel().isWritable()) {
                context.flush();
                if (!context.channel().isWritable()) {
                    unread.await(context, body.readableBytes());
                    return false;
                }
            }
            boolean isLastPiece = body.readableBytes() <= EdgeAnswer.WHOLE / 2;
            ByteBuf piece = isLastPiece ? body : body.readRetainedSlice(EdgeAnswer.WHOLE / 2);
            if (isLastPiece) {
                body = null;
                rest = null;
            }
            var _ = context.write(isLastPiece ? new DefaultLastHttpContent(piece) : new DefaultHttpContent(piece))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (written) {
            written = false;
            context.flush();
            if (unread.isEmpty()) {
                context.read();
            }
        }
        if (!unread.isEmpty() && context.channel().isWritable()) {
            goOn(context); // the flush made room
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!unread.isEmpty() && context.channel().isWritable()) {
            goOn(context);
        }
        context.fireChannelWritabilityChanged();
    }

    /** The client has read: the rest of the answer under way, then the requests behind it. */
    private void goOn(ChannelHandlerContext context) {
        if (goesOn) {
            return; // a flush in there made room, and is asked
        }
        goesOn = true;
        unread.resumed();
        while (writeOn(context) && mayHandle(context)) {
            Object message = unread.poll();
            if (message == null) {
                written = false;
                context.flush();
                if (passedOn == 0) {
                    readOn(context);
                }
                break;
            }
            handle(context, message);
        }
        goesOn = false;
    }

    private boolean mayHandle(ChannelHandlerContext context) {
        if (passedOn > 0 || context.channel().isWritable()) {
            return true;
        }
        context.flush();
        if (context.channel().isWritable()) {
            return true;
        }
        unread.await(context, 0);
        return false;
    }

    private void readOn(ChannelHandlerContext context) {
        if (unread.isOver()) {
            var _ = context.writeAndFlush(Refusal.TOO_MANY_PIPELINED.response())
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        drop();
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        drop();
    }

    private void drop() {
        unread.close();
        ByteBuf left = rest;
        if (left != null) {
            rest = null;
            left.release();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            finalAnswer = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
            isLast |= finalAnswer && !HttpUtil.isKeepAlive(response);
        }
        boolean ends = message instanceof LastHttpContent && finalAnswer;
        var _ = context.write(message, promise);
        if (ends) {
            finalAnswer = false;
            passedOn--;
            if (passedOn == 0 && unread.isOver() && unread.isEmpty()) {
                readOn(context);
            }
        }
    }
}
