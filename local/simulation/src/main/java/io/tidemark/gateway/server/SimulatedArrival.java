package io.tidemark.gateway.server;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import reactor.netty.http.server.HttpServerRequest;

/** A request as the gateway has read it, that no connection has brought. */
public final class SimulatedArrival {
    private SimulatedArrival() {}

    /** A request for a URL, from this machine. */
    public static ArrivedRequest of(URI uri) {
        String text = uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + '?' + uri.getRawQuery();
        Authority authority = Objects.requireNonNull(Authority.parse(uri.getRawAuthority(), uri.getScheme()));
        try {
            return new ArrivedRequest(
                    nothingMore(),
                    new ArrivedRequest.Wire(uri.getScheme(), authority.text(), text, true),
                    RequestTarget.parse(text, false),
                    new Forwarding(List.of(InetAddress.getLoopbackAddress()), uri.getScheme(), authority),
                    null);
        } catch (InvalidRequestException invalid) {
            throw new IllegalArgumentException(uri.toString(), invalid);
        }
    }

    /** What a connection would know besides: the read path asks none of it. */
    private static HttpServerRequest nothingMore() {
        return (HttpServerRequest) Proxy.newProxyInstance(
                SimulatedArrival.class.getClassLoader(), new Class<?>[] {HttpServerRequest.class}, (_, method, _) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
