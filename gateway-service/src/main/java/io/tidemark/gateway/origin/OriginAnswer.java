package io.tidemark.gateway.origin;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.http.Headers;
import java.time.Duration;
import java.time.Instant;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * An origin's response: its head is here, its body on the way.
 *
 * @param headers end-to-end fields
 * @param requestTime when the request was sent, by the gateway's clock
 * @param responseTime when the head was received, by the gateway's clock
 * @param skew how far that clock is known to be ahead of the origin's; zero where they agree, or nobody knows
 * @param body to be subscribed to exactly once, or the connection is never given back; each buffer is to be released; an
 *     end before the framing's end is an {@link OriginFailure}
 */
public record OriginAnswer(
        int status, Headers headers, Instant requestTime, Instant responseTime, Duration skew, Flux<ByteBuf> body) {
    /** Of an origin whose clock agrees with the gateway's. */
    public OriginAnswer(int status, Headers headers, Instant requestTime, Instant responseTime, Flux<ByteBuf> body) {
        this(status, headers, requestTime, responseTime, Duration.ZERO, body);
    }

    /** Reads a body that nobody wants, so that its connection can be used again; a long one is broken off. */
    public void drop(Scheduler timer) {
        body.doOnNext(ByteBuf::release).take(Duration.ofSeconds(1), timer).subscribe(_ -> {}, _ -> {});
    }
}
