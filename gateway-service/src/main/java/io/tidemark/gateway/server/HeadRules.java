package io.tidemark.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.tidemark.commons.problems.Shown;
import java.util.List;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must be settled before Reactor Netty reads a head over HTTP/1.1. A request in another transfer coding than chunked is
 * the last of its connection, for where it ends is not known (RFC 9112 §6.3). An empty port in Host is none (RFC 3986
 * §3.2.3), and what is no port is left to {@link Arrivals} to refuse. The refusal of a head that is none says what is wrong.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE) // after what answers hits, which needs none of this
final class HeadRules implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    /** In place of a Host that Reactor Netty would fail at without saying why. */
    private static final String NO_HOST = "@";

    private final Settling settling;

    HeadRules(JsonMapper mapper) {
        this.settling = new Settling(mapper);
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server -> Http1Connections.each(server, this::install));
    }

    private void install(Channel channel) {
        channel.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, "tidemark.headRules", settling);
    }

    @ChannelHandler.Sharable
    private static final class Settling extends ChannelInboundHandlerAdapter {
        private final JsonMapper mapper;

        Settling(JsonMapper mapper) {
            this.mapper = mapper;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                if (request.decoderResult().isSuccess()) {
                    settleFraming(request);
                    settleHost(request.headers());
                } else { // which is the connection's last
                    context.pipeline()
                            .addBefore(context.name(), "tidemark.emptyRefusals", refusal(request.decoderResult()));
                }
            }
            context.fireChannelRead(message);
        }

        private EmptyRefusals refusal(DecoderResult malformed) {
            return switch (malformed.cause()) {
                case TooLongHttpLineException _ ->
                    new EmptyRefusals(
                            mapper,
                            "request-target",
                            "the request line is longer than server.netty.max-initial-line-length");
                case TooLongHttpHeaderException _ ->
                    new EmptyRefusals(
                            mapper, "request-head", "the fields are longer than server.max-http-request-header-size");
                case Throwable cause ->
                    new EmptyRefusals(mapper, "request-head", Shown.of(String.valueOf(cause.getMessage())));
            };
        }

        private static void settleFraming(HttpRequest request) {
            List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
            if (!codings.isEmpty()
                    && !(codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst()))) {
                HttpUtil.setKeepAlive(request, false);
            }
        }

        private static void settleHost(HttpHeaders fields) {
            List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
            String host = hosts.isEmpty() ? "" : hosts.getFirst();
            if (host.indexOf(':') < 0) {
                return;
            }
            if (Authority.parse(host, "") == null) {
                fields.set(HttpHeaderNames.HOST, NO_HOST);
            } else if (hosts.size() == 1 && host.endsWith(":")) {
                fields.set(HttpHeaderNames.HOST, host.substring(0, host.length() - 1));
            }
        }
    }
}
