package io.tidemark.gateway.overload;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.tidemark.gateway.server.ClientAddresses;
import io.tidemark.gateway.server.Http1Connections;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import reactor.netty.http.server.HttpServer;

/** Sets the limits of the gateway's own port on each connection that is taken. */
final class Listener implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    private final ConnectionLimit connections;
    private final HeldBytes bytes;
    private final ClientAddresses addresses;
    private final Duration headTimeout;
    private final int maxStreams;
    private final long headBytes;

    Listener(
            ListenerProperties properties,
            long headBytes,
            long heapBytes,
            HeldBytes bytes,
            ClientAddresses addresses,
            MeterRegistry metrics) {
        this.addresses = addresses;
        this.headBytes = headBytes;
        this.connections =
                new ConnectionLimit(properties.connections(heapBytes), properties.connectionsPerClient(heapBytes));
        this.bytes = bytes;
        this.headTimeout = properties.headTimeout();
        this.maxStreams = properties.maxStreams();
        Gauge.builder("tidemark.listener.connections", connections, ConnectionLimit::open)
                .description("connections of clients")
                .register(metrics);
        FunctionCounter.builder("tidemark.listener.refused", connections, ConnectionLimit::refused)
                .description("connections that were refused, for there were too many in all or of their client")
                .register(metrics);
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server -> limited(server));
    }

    private HttpServer limited(HttpServer server) {
        HttpServer limited = server.http2Settings(
                        settings -> settings.maxConcurrentStreams(maxStreams).maxHeaderListSize(headBytes))
                .doOnChannelInit((_, channel, remote) -> init(channel, remote));
        return Http1Connections.each(limited, this::watchHeads);
    }

    private void init(Channel channel, @Nullable SocketAddress remote) {
        if (bytes.stage().isAtLeast(OverloadStage.REFUSE)) {
            refuse(channel, Refusal.OVERLOADED);
            return;
        }
        Object client = client(remote == null ? channel.remoteAddress() : remote);
        if (!connections.tryEnter(client)) {
            refuse(channel, Refusal.TOO_MANY_CONNECTIONS);
            return;
        }
        channel.closeFuture().addListener(_ -> connections.left(client));
    }

    private void watchHeads(Channel channel) {
        if (channel.pipeline().get(RefusedConnection.class) != null) {
            return;
        }
        ChannelHandlerContext codec = channel.pipeline().context(HttpServerCodec.class);
        HeadWatch.around(codec, bytes, headTimeout);
    }

    /** A proxy that is trusted is no client: its connections count among all, and not by themselves. */
    private Object client(@Nullable SocketAddress peer) {
        return addresses.isTrusted(peer)
                ? ConnectionLimit.NO_CLIENT
                : peer instanceof InetSocketAddress internet && internet.getAddress() != null
                        ? ClientKey.of(internet.getAddress())
                        : String.valueOf(peer);
    }

    private static void refuse(Channel channel, Refusal refusal) {
        boolean isPlain = channel.pipeline().get(SslHandler.class) == null;
        channel.pipeline().addFirst("tidemark.refused", new RefusedConnection(isPlain ? refusal : null));
    }
}
