package io.tidemark.gateway.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.InterimListener;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Passes an origin's interim responses on to one client (RFC 9110 §15.2), until its final response begins. A client of
 * HTTP/1.0 gets none. Thread-safe.
 */
final class InterimRelay implements InterimListener {
    private final ServerWebExchange exchange;
    private volatile boolean closed;

    InterimRelay(ServerWebExchange exchange) {
        this.exchange = exchange;
    }

    /** From now on nothing is passed on. */
    void close() {
        closed = true;
    }

    @Override
    public void received(int status, Headers headers) {
        HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        if (closed || request.version().equals(HttpVersion.HTTP_1_0)) {
            return;
        }
        HttpServerResponse response = ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
        response.withConnection(connection -> {
            // Past the handler that takes each full response for the request's last one.
            ChannelHandlerContext past = connection.channel().pipeline().context(NettyPipeline.HttpTrafficHandler);
            if (past != null) {
                var _ = past.writeAndFlush(interim(status, headers), past.voidPromise());
            }
        });
    }

    private static DefaultFullHttpResponse interim(int status, Headers headers) {
        DefaultFullHttpResponse interim = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.EMPTY_BUFFER);
        headers.forEach(field -> interim.headers().add(field.name(), field.value()));
        return interim;
    }
}
