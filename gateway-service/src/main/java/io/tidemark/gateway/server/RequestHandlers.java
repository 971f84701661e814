package io.tidemark.gateway.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/** Where requests go in a connection's pipeline. */
public final class RequestHandlers {
    private RequestHandlers() {}

    /**
     * The name of the first handler of Netty's behind the codec of HTTP/1.1: what takes offers to go over to HTTP/2 without
     * TLS, which each request passes, or what begins exchanges.
     *
     * @return null in the pipeline of a connection that is none of HTTP/1.1, and of a stream
     */
    public static @Nullable String first(ChannelPipeline pipeline) {
        ChannelHandlerContext upgrades = pipeline.context(HttpServerUpgradeHandler.class);
        if (upgrades != null) {
            return upgrades.name();
        }
        return pipeline.get(NettyPipeline.HttpTrafficHandler) == null ? null : NettyPipeline.HttpTrafficHandler;
    }
}
