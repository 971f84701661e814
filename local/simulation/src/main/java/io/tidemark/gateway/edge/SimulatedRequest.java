package io.tidemark.gateway.edge;

import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.SimulatedArrival;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpCookie;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.util.CollectionUtils;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Flux;

/** A request that no server has received. Can be answered any number of times. */
public final class SimulatedRequest extends AbstractServerHttpRequest {
    private final ArrivedRequest arrived;

    private SimulatedRequest(HttpMethod method, URI uri, HttpHeaders headers) {
        super(method, uri, null, headers);
        arrived = SimulatedArrival.of(uri);
    }

    /** With these fields, given as name, value, name, value and so on. */
    public static SimulatedRequest of(HttpMethod method, URI uri, String... fields) {
        HttpHeaders headers = new HttpHeaders();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        return new SimulatedRequest(method, uri, headers);
    }

    @Override
    protected MultiValueMap<String, HttpCookie> initCookies() {
        return CollectionUtils.unmodifiableMultiValueMap(new LinkedMultiValueMap<>());
    }

    @Override
    protected @Nullable SslInfo initSslInfo() {
        return null;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T> T getNativeRequest() {
        return (T) arrived;
    }

    @Override
    public Flux<DataBuffer> getBody() {
        return Flux.empty();
    }
}
