package io.tidemark.gateway.overload;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerResponse;

/** How long answers wait for clients that do not read them, and how many requests wait behind those. Thread-safe. */
public final class OutputLimits {
    /** By how much patience is shorter from {@link OverloadStage#STORE_NOTHING} on. */
    private static final int HASTE = 6;

    private final HeldBytes bytes;
    private final Duration timeout;
    private final Duration haste;
    private final int maxPipelined;
    private final Counter gaveUp;

    /**
     * The limits of a listener.
     *
     * @param timeout the longest that a client may take none of its answer
     * @param maxPipelined the most requests that wait on one connection behind an answer that is not read
     */
    public OutputLimits(HeldBytes bytes, Duration timeout, int maxPipelined, MeterRegistry metrics) {
        this.bytes = bytes;
        this.timeout = timeout;
        this.haste = timeout.dividedBy(HASTE);
        this.maxPipelined = maxPipelined;
        this.gaveUp = Counter.builder("tidemark.clients.unread")
                .description("connections that were closed because their client did not read its answer")
                .register(metrics);
    }

    /** The body as it is to be sent as the response: in pieces, as the client reads them. */
    public Publisher<ByteBuf> paced(ByteBuf body, HttpServerResponse response) {
        return new PacedBody<>(Mono.just(body), channel(response), this);
    }

    /** The same for a body of several buffers; to be subscribed to once. */
    public Publisher<DataBuffer> paced(Publisher<? extends DataBuffer> body, HttpServerResponse response) {
        return new PacedBody<>(body, channel(response), this);
    }

    /** Reactor Netty's responses are connections themselves. */
    private static Channel channel(HttpServerResponse response) {
        return ((Connection) response).channel();
    }

    Account account() {
        return bytes.account(HeldFor.OUTPUT);
    }

    int maxPipelined() {
        return maxPipelined;
    }

    Duration patience() {
        return bytes.stage().isAtLeast(OverloadStage.STORE_NOTHING) ? haste : timeout;
    }

    void gaveUp() {
        gaveUp.increment();
    }
}
