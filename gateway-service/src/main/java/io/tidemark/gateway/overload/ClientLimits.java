package io.tidemark.gateway.overload;

import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one client may have under way, and how fast it may ask, of what the hit route does not answer. In the memory of this
 * gateway; a limit that counts over all gateways of a region is Spring Cloud Gateway's {@code RequestRateLimiter} on a route.
 * Thread-safe.
 */
final class ClientLimits {
    /** Whether a request may go on. */
    sealed interface Entry permits Entered, Refused {
        /** The request is over. */
        default void leave() {}
    }

    private record Entered(ClientLoads loads, Object client, boolean uploads) implements Entry {
        @Override
        public void leave() {
            loads.leave(client, uploads);
        }
    }

    /**
     * It may not: 429.
     *
     * @param fields {@code RateLimit} and {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers) where there is a rate
     */
    record Refused(String detail, long retrySeconds, Map<String, String> fields) implements Entry {}

    private static final Refused TOO_MANY_REQUESTS =
            new Refused("it has as many requests under way as it may", 2, Map.of());
    private static final Refused TOO_MANY_UPLOADS =
            new Refused("it has as many requests with content under way as it may", 2, Map.of());

    private final ClientLoads loads;
    private final @Nullable ClientRates rates;
    private final String policy;
    private final Counter byRate;
    private final Counter byRequests;
    private final Counter byUploads;

    /** @param room how many requests the budget has room for */
    ClientLimits(ClientProperties properties, long room, Ticker ticker, MeterRegistry metrics) {
        this.loads = new ClientLoads(properties.requests(room), properties.maxUploads());
        this.rates = properties.rate() == 0 ? null : new ClientRates(properties.rate(), properties.bursts(), ticker);
        this.policy = "\"client\";q=" + properties.rate() + ";w=1";
        this.byRate = counter("rate", metrics);
        this.byRequests = counter("requests", metrics);
        this.byUploads = counter("uploads", metrics);
    }

    private static Counter counter(String limit, MeterRegistry metrics) {
        return Counter.builder("tidemark.clients.limited")
                .description("requests that were refused for what their client has under way, or asks for")
                .tag("limit", limit)
                .register(metrics);
    }

    Entry enter(InetAddress address, HttpHeaders fields) {
        Object client = ClientKey.of(address);
        ClientRates perSecond = rates;
        if (perSecond != null) {
            Duration wait = perSecond.take(client);
            if (!wait.isZero()) {
                byRate.increment();
                long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
                return new Refused(
                        "it has sent more requests than it may in this time",
                        seconds,
                        Map.of("RateLimit-Policy", policy, "RateLimit", "\"client\";r=0;t=" + seconds));
            }
        }
        boolean uploads = fields.contains(HttpHeaderNames.TRANSFER_ENCODING)
                || (fields.contains(HttpHeaderNames.CONTENT_LENGTH)
                        && !"0".equals(fields.get(HttpHeaderNames.CONTENT_LENGTH)));
        return switch (loads.enter(client, uploads)) {
            case NONE -> new Entered(loads, client, uploads);
            case REQUESTS -> {
                byRequests.increment();
                yield TOO_MANY_REQUESTS;
            }
            case UPLOADS -> {
                byUploads.increment();
                yield TOO_MANY_UPLOADS;
            }
        };
    }
}
