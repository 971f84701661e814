package io.tidemark.gateway.origin;

import java.net.URI;
import java.time.Duration;
import reactor.core.publisher.Mono;

/** The origins, as the rest of the gateway sees them. Thread-safe. */
public interface Origins {
    /**
     * Sends the request and answers once the response's head is here. Fails with {@link OriginFailure}, or with the
     * {@link UploadFailure} of its content; whoever cancels
     * before that, or before the body is subscribed to, breaks the call off.
     */
    Mono<OriginAnswer> call(OriginRequest request);

    /** For how long what is there has been known to be down: by so much stale responses may be older. */
    Duration downFor(URI uri);

    /** The path that a breaker goes by. */
    static String path(URI uri) {
        String path = uri.getRawPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    /** What the origin of a URI is called: host and port, the scheme's own port where the URI names none. */
    static String name(URI uri) {
        if (uri.getHost() == null) {
            return uri.getRawAuthority();
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return uri.getHost() + ':' + port;
    }
}
