package io.tidemark.gateway.server;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.web.server.Compression;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/**
 * What HTTP asks of a server that compresses ({@code server.compression.enabled}) and the library leaves out: compressed or
 * not, the answer says that it varies on Accept-Encoding (RFC 9110 §12.5.5), and its entity tag is a weak one, as the two have
 * other octets (§8.8.3.3). A part is never compressed: its range is one of the uncompressed octets (§14.4).
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("server.compression.enabled")
class CompressionConfiguration {
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebFilter compressionFields(ServerProperties server) {
        Compression compression = Objects.requireNonNull(server.getCompression());
        List<MimeType> types = Arrays.stream(compression.getAllMimeTypes())
                .map(MimeTypeUtils::parseMimeType)
                .toList();
        return (exchange, chain) -> {
            ServerHttpResponse response = exchange.getResponse();
            response.beforeCommit(() -> {
                if (mayBeCompressed(response, types)) {
                    mark(response.getHeaders());
                }
                return Mono.empty();
            });
            return chain.filter(exchange);
        };
    }

    @Bean
    NettyServerCustomizer noCompressedParts() {
        return server -> {
            var others = server.configuration().compressPredicate();
            return server.compress((request, response) -> response.status().code() != HttpStatus.PARTIAL_CONTENT.value()
                    && (others == null || others.test(request, response)));
        };
    }

    /** A 304 has no type: it is marked as the response is that it stands for. */
    private static boolean mayBeCompressed(ServerHttpResponse response, List<MimeType> types) {
        HttpHeaders headers = response.getHeaders();
        if (headers.containsHeader(HttpHeaders.CONTENT_ENCODING)
                || HttpStatus.PARTIAL_CONTENT.equals(response.getStatusCode())) {
            return false;
        }
        if (HttpStatus.NOT_MODIFIED.equals(response.getStatusCode())) {
            return true;
        }
        MediaType type = type(headers);
        return type != null && types.stream().anyMatch(type::isCompatibleWith);
    }

    private static @Nullable MediaType type(HttpHeaders headers) {
        try {
            return headers.getContentType();
        } catch (InvalidMimeTypeException | org.springframework.http.InvalidMediaTypeException unknown) {
            return null;
        }
    }

    private static void mark(HttpHeaders headers) {
        boolean named = headers.getVary().stream()
                .anyMatch(name -> name.equals("*") || name.equalsIgnoreCase("Accept-Encoding"));
        if (!named) {
            headers.add(HttpHeaders.VARY, "Accept-Encoding");
        }
        String etag = headers.getFirst(HttpHeaders.ETAG);
        if (etag != null && etag.startsWith("\"")) {
            headers.set(HttpHeaders.ETAG, "W/" + etag);
        }
    }
}
