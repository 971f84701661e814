package io.tidemark.gateway.documents;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.tidemark.documents.dialect.Message;
import io.tidemark.gateway.documents.rooms.Goodbye;
import io.tidemark.gateway.documents.rooms.RoomServices;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * A client's WebSocket: what goes to it, what comes of it, and its end. Frames that the client does not take wait in a
 * {@link Backlog}, and what came in the meantime goes out at once, with one call of the system. Thread-safe.
 */
final class ClientSocket {
    private static final byte[] NO_HEAD = {};

    /** How long a client may take to answer a goodbye. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Until it is seen again whether the client takes more, if nothing else tells. */
    private static final Duration SHORTLY = Duration.ofMillis(20);

    private final WebSocketSession session;
    private final Channel channel;
    private final EventLoop loop;
    private final Outlet outlet;
    private final RoomServices services;
    private final Backlog backlog;
    private final FrameWriter writer;
    private final FrameRate rate;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile boolean heard = true;
    private boolean saidGoodbye;

    /** @param channel that the session is on */
    ClientSocket(WebSocketSession session, Channel channel, RoomServices services) {
        this.session = session;
        this.channel = channel;
        this.loop = channel.eventLoop(); // a channel that is closed has none any more
        this.outlet = Outlet.of(loop);
        this.services = services;
        this.backlog = new Backlog(services.limits().backlog());
        this.writer = new FrameWriter(channel);
        this.rate = new FrameRate(services.limits().frames(), services.limits().octets(), System.nanoTime());
    }

    /**
     * Until the connection ends.
     *
     * @param answer what is done with a frame; called in their order
     * @param atOnce frames that are being answered; the client waits with more
     * @param ticks told now and then that the client is there
     */
    Mono<Void> attend(Function<byte[], Mono<Void>> answer, int atOnce, Runnable ticks) {
        return session.receive()
                .handle(this::octets)
                .onErrorComplete() // the connection is gone: it is no more to be cancelled
                .flatMap(frame -> closed.get() ? Mono.empty() : answered(answer, frame), atOnce)
                .then()
                .takeUntilOther(Flux.interval(services.limits().silence())
                        .doOnNext(_ -> tick(ticks))
                        .then(Mono.never()))
                .doFinally(_ -> {
                    closed.set(true);
                    backlog.clear();
                });
    }

    private Mono<Void> answered(Function<byte[], Mono<Void>> answer, byte[] frame) {
        return answer.apply(frame).onErrorResume(_ -> {
            close(Goodbye.UNAVAILABLE);
            return Mono.empty();
        });
    }

    private void octets(WebSocketMessage message, SynchronousSink<byte[]> frames) {
        heard = true;
        DataBuffer payload = message.getPayload();
        if (!rate.take(payload.readableByteCount(), System.nanoTime())) {
            close(Goodbye.TOO_FAST);
            return;
        }
        switch (message.getType()) {
            case BINARY -> {
                byte[] octets = new byte[payload.readableByteCount()];
                payload.read(octets);
                frames.next(octets);
            }
            case TEXT -> close(Goodbye.MALFORMED);
            case PING, PONG -> {} // a sign of life
        }
    }

    private void tick(Runnable ticks) {
        if (!heard) {
            close(Goodbye.SILENT);
            return;
        }
        heard = false;
        var _ = channel.writeAndFlush(new PingWebSocketFrame());
        ticks.run();
    }

    /** A frame of the connection's own. */
    void send(byte[] frame) {
        send(NO_HEAD, frame, null);
    }

    /**
     * A frame that is shared with others.
     *
     * @param head what goes before it; frames of one document have the same array
     * @param message what it says, if it may be put together with others
     */
    void send(byte[] head, byte[] frame, @Nullable Message message) {
        if (closed.get()) {
            return;
        }
        switch (backlog.add(new Backlog.Waiting(head, frame, message), !channel.isWritable())) {
            case TAKEN -> drainSoon();
            case TO_BE_FOLDED -> {
                services.workers().execute(this::fold);
                drainSoon();
            }
            case FULL -> close(Goodbye.TOO_SLOW);
        }
    }

    private void fold() {
        if (!backlog.fold()) {
            close(Goodbye.TOO_SLOW);
        }
        drainSoon();
    }

    private void drainSoon() {
        if (draining.compareAndSet(false, true)) {
            outlet.add(this, loop);
        }
    }

    /** On the channel's event loop. */
    void drain() {
        draining.set(false);
        if (saidGoodbye) {
            return;
        }
        while (channel.isWritable()) {
            if (!writer.goOn()) {
                Backlog.Waiting next = backlog.poll();
                if (next == null) {
                    writer.flush();
                    return;
                }
                writer.begin(next.octets());
            }
            if (!channel.isWritable()) {
                writer.flush();
            }
        }
        if (channel.isActive() && draining.compareAndSet(false, true)) {
            drainOnceWritten();
        }
    }

    private void drainOnceWritten() {
        ChannelFuture written = writer.last();
        if (written != null && !written.isDone()) {
            written.addListener(_ -> drain());
        } else {
            var _ = loop.schedule(this::drain, SHORTLY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the connection, once: after what waits already, as far as the client takes that. */
    void close(Goodbye reason) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        services.meters().closed(reason);
        loop.execute(() -> {
            drain();
            saidGoodbye = true;
            session.close(reason.status()).onErrorComplete().subscribe();
            var _ = loop.schedule(this::breakOff, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    /** Ends the connection without a goodbye. */
    void breakOff() {
        var _ = channel.close();
    }

    boolean isClosed() {
        return closed.get();
    }
}
