package io.tidemark.gateway.server;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.multipart.HttpData;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import reactor.core.publisher.Flux;
import reactor.netty.ByteBufFlux;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerFormDecoderProvider;
import reactor.netty.http.server.HttpServerRequest;

/**
 * A request as the gateway has read it: routes, keys and origins see one authority and one path of it. All else is the
 * request's own, its fields without those that end here ({@link FieldRules}).
 */
public final class ArrivedRequest implements HttpServerRequest, Connection {
    private final HttpServerRequest request;
    private final Wire wire;
    private final RequestTarget target;
    private final Forwarding forwarding;
    private final @Nullable ProblemDetail problem;

    /**
     * What came over the wire of a request that tells it from others.
     *
     * @param scheme the connection's, or what a trusted proxy says
     * @param host the Host field, "" if there is none
     * @param target the request target
     * @param isAll whether nothing else tells it: no proxy names another host
     */
    public record Wire(String scheme, String host, String target, boolean isAll) {}

    ArrivedRequest(
            HttpServerRequest request,
            Wire wire,
            RequestTarget target,
            Forwarding forwarding,
            @Nullable ProblemDetail problem) {
        this.request = request;
        this.wire = wire;
        this.target = target;
        this.forwarding = forwarding;
        this.problem = problem;
    }

    /** Whether it came over the gateway's own port: filters see those of the management port too, which are none of theirs. */
    public static boolean isOne(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof ArrivedRequest;
    }

    /** The request that an exchange is about. */
    public static ArrivedRequest of(ServerHttpRequest request) {
        if (ServerHttpRequestDecorator.getNativeRequest(request) instanceof ArrivedRequest arrived) {
            return arrived;
        }
        throw new IllegalStateException("a request that did not come over the gateway's own connections");
    }

    public Wire wire() {
        return wire;
    }

    public RequestTarget target() {
        return target;
    }

    public Forwarding forwarding() {
        return forwarding;
    }

    /** Why it is refused, null if it is not. Then it is for {@code /} as far as anything else says. */
    public @Nullable ProblemDetail problem() {
        return problem;
    }

    // --- what is read anew ----------------------------------------------------------------------------------------

    /** The canonical path and query. */
    @Override
    public String uri() {
        return target.canonicalText();
    }

    @Override
    public String scheme() {
        return forwarding.scheme();
    }

    @Override
    public String hostName() {
        return forwarding.authority().host();
    }

    @Override
    public int hostPort() {
        int port = forwarding.authority().port();
        return port < 0 ? Authority.portOf(forwarding.scheme()) : port;
    }

    // --- what is the request's own --------------------------------------------------------------------------------

    @Override
    public Channel channel() {
        return ((Connection) request).channel();
    }

    @Override
    public ByteBufFlux receive() {
        return request.receive();
    }

    @Override
    public Flux<?> receiveObject() {
        return request.receiveObject();
    }

    @Override
    public HttpServerRequest withConnection(Consumer<? super Connection> withConnection) {
        request.withConnection(withConnection);
        return this;
    }

    @Override
    public @Nullable String param(CharSequence key) {
        return request.param(key);
    }

    @Override
    public @Nullable Map<String, String> params() {
        return request.params();
    }

    @Override
    public HttpServerRequest paramsResolver(@Nullable Function<? super String, Map<String, String>> resolver) {
        request.paramsResolver(resolver);
        return this;
    }

    @Override
    public boolean isFormUrlencoded() {
        return request.isFormUrlencoded();
    }

    @Override
    public boolean isMultipart() {
        return request.isMultipart();
    }

    @Override
    public Flux<HttpData> receiveForm() {
        return request.receiveForm();
    }

    @Override
    public Flux<HttpData> receiveForm(Consumer<HttpServerFormDecoderProvider.Builder> builder) {
        return request.receiveForm(builder);
    }

    @Override
    public @Nullable InetSocketAddress hostAddress() {
        return request.hostAddress();
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return request.remoteAddress();
    }

    @Override
    public @Nullable SocketAddress connectionHostAddress() {
        return request.connectionHostAddress();
    }

    @Override
    public @Nullable SocketAddress connectionRemoteAddress() {
        return request.connectionRemoteAddress();
    }

    @Override
    public String connectionScheme() {
        return request.connectionScheme();
    }

    @Override
    public HttpHeaders requestHeaders() {
        return request.requestHeaders();
    }

    @Override
    public String protocol() {
        return request.protocol();
    }

    @Override
    public ZonedDateTime timestamp() {
        return request.timestamp();
    }

    @Override
    public @Nullable String forwardedPrefix() {
        return null;
    }

    @Override
    public Map<CharSequence, List<Cookie>> allCookies() {
        return request.allCookies();
    }

    @Override
    public Map<CharSequence, Set<Cookie>> cookies() {
        return request.cookies();
    }

    @Override
    public String fullPath() {
        return target.canonicalPath();
    }

    @Override
    public String requestId() {
        return request.requestId();
    }

    @Override
    public boolean isKeepAlive() {
        return request.isKeepAlive();
    }

    @Override
    public boolean isWebsocket() {
        return request.isWebsocket();
    }

    @Override
    public HttpMethod method() {
        return request.method();
    }

    @Override
    public HttpVersion version() {
        return request.version();
    }
}
