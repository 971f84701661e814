package io.tidemark.gateway.uncached;

import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/** Takes from responses of routes without the cache what Netty notes as fields on those that came over HTTP/2. */
@Component
final class Http2Notes implements HttpHeadersFilter {
    @Override
    public boolean supports(Type type) {
        return type == Type.RESPONSE;
    }

    @Override
    public HttpHeaders filter(HttpHeaders received, ServerWebExchange exchange) {
        if (!received.containsHeader(ExtensionHeaderNames.STREAM_ID.text().toString())) {
            return received;
        }
        HttpHeaders fields = new HttpHeaders();
        fields.putAll(received);
        for (ExtensionHeaderNames note : ExtensionHeaderNames.values()) {
            fields.remove(note.text().toString());
        }
        return fields;
    }
}
