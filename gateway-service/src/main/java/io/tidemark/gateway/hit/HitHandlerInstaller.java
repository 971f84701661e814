package io.tidemark.gateway.hit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.tidemark.gateway.overload.OutputLimits;
import io.tidemark.gateway.server.Http1Connections;
import io.tidemark.gateway.server.NettyConnections;
import io.tidemark.gateway.server.ProxiedSchemes;
import io.tidemark.gateway.server.RequestHandlers;
import java.util.List;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Puts a {@link HitHandler} into each HTTP/1.1 connection of the gateway's own port, unless it is configured to have
 * something that must see every request: then {@link HitRoute} answers, which comes after all of that.
 */
@Component
@Order(0)
final class HitHandlerInstaller implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    private static final String NAME = "tidemark.hits";

    /** Reactor Netty's access log, compression and metrics. */
    private static final List<String> SEE_EVERY_REQUEST =
            List.of(NettyPipeline.AccessLogHandler, NettyPipeline.CompressionHandler, NettyPipeline.HttpMetricsHandler);

    private final HitRouteProperties properties;
    private final Hits hits;
    private final OutputLimits limits;
    private final ProxiedSchemes proxied;
    private final NettyConnections connections;
    private final Refusals refusals;

    HitHandlerInstaller(
            HitRouteProperties properties,
            Hits hits,
            OutputLimits limits,
            ProxiedSchemes proxied,
            NettyConnections connections,
            Refusals refusals) {
        this.refusals = refusals;
        this.limits = limits;
        this.connections = connections;
        this.properties = properties;
        this.hits = hits;
        this.proxied = proxied;
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        if (properties.enabled()) {
            factory.addServerCustomizers(this::install);
        }
    }

    private HttpServer install(HttpServer server) {
        return Http1Connections.each(server, channel -> {
            if (server.configuration().maxKeepAliveRequests() < 0) {
                install(channel);
            }
        });
    }

    private void install(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        String first = RequestHandlers.first(pipeline);
        if (first != null && SEE_EVERY_REQUEST.stream().allMatch(name -> pipeline.get(name) == null)) {
            pipeline.addBefore(first, NAME, new HitHandler(hits, refusals, proxied, limits, connections));
        }
    }
}
