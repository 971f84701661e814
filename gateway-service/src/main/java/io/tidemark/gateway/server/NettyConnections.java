package io.tidemark.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tidemark.commons.drain.ClientConnections;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerState;

/** The connections of the gateway's clients. While they are let go, {@code HitHandler} leaves all requests to this. */
@Component
public final class NettyConnections implements ClientConnections, NettyServerCustomizer {
    private static final AttributeKey<Boolean> TOLD = AttributeKey.valueOf("tidemark.goAway");

    /** Longer than from here to a client and back. */
    private static final Duration NOTICE = Duration.ofSeconds(1);

    private final ChannelGroup open = new DefaultChannelGroup("clients", GlobalEventExecutor.INSTANCE);
    private volatile boolean leaving;

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((_, channel, _) -> open.add(channel)).childObserve(this::observe);
    }

    /** Whether clients are asked to leave. */
    public boolean areLeaving() {
        return leaving;
    }

    private void observe(Connection connection, ConnectionObserver.State state) {
        if (leaving && state == HttpServerState.REQUEST_RECEIVED) {
            Channel channel = connection.channel();
            Channel parent = channel.parent();
            if (parent != null && parent.pipeline().get(Http2FrameCodec.class) != null) {
                goAway(parent);
            } else if (connection instanceof HttpServerResponse response) {
                response.keepAlive(false);
            }
        }
    }

    @Override
    public void letGo() {
        leaving = true;
        open.forEach(channel -> channel.eventLoop().execute(() -> goAway(channel)));
    }

    /**
     * RFC 9113 §6.8: a first GOAWAY, with the greatest of stream ids, asks for no new streams and refuses none; a second one,
     * when the client must have seen the first, says which the last is, and the connection ends with it.
     */
    private static void goAway(Channel channel) {
        if (channel.pipeline().get(Http2FrameCodec.class) == null
                || channel.attr(TOLD).setIfAbsent(true) != null) {
            return;
        }
        var _ = channel.writeAndFlush(
                new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
        var _ = channel.eventLoop().schedule(() -> end(channel), NOTICE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Once no stream is open any more. */
    private static void end(Channel channel) {
        var _ = channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        var _ = channel.close();
    }

    @Override
    public void lastCall() {
        for (Channel channel : open) {
            channel.eventLoop().execute(() -> {
                if (channel.pipeline().get(WebSocketFrameEncoder.class) != null) {
                    var _ = channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE));
                }
            });
        }
    }

    @Override
    public int open() {
        return open.size();
    }
}
