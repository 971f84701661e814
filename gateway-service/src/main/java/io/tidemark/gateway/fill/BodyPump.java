package io.tidemark.gateway.fill;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.gateway.overload.Account;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.overload.HeldFor;
import io.tidemark.gateway.overload.OverloadStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Brings a body from the origin to its readers, and collects it up to a limit. Past the limit, or where
 * the budget has no room for it, it is only passed on, no faster than its slowest reader takes it, nobody new can join, and
 * readers that take nothing for too long are let go.
 */
final class BodyPump extends BaseSubscriber<ByteBuf> implements FillOutcome.Body {
    /** How far the fastest reader may be ahead of the slowest in a body that is not collected, in bytes. */
    private static final int WINDOW = 256 * 1024;

    /** What is collected is there as what readers read, and as what is stored. */
    private static final int COPIES = 2;

    private final FillBody body = new FillBody(this::onProgress);
    private final long limit;
    private final String origin;
    private final Consumer<byte @Nullable []> onEnd;
    private final Disposable timeout;
    private final List<byte[]> collected = new ArrayList<>(2);
    private final HeldBytes bytes;
    private final Account account;
    private final long declared;
    private volatile boolean ended;
    private volatile boolean overflowed;
    private final AtomicBoolean waiting = new AtomicBoolean();
    private final Sinks.Empty<Void> settled = Sinks.empty();
    private final Scheduler timer;
    private final SlowReaders slow;
    private volatile long waits;
    private volatile boolean watched;

    /**
     * A pump for one response.
     *
     * @param limit the most bytes to collect
     * @param declared how many bytes will come, negative if that is not known
     * @param bytes what is collected is held there
     * @param slow how long readers may keep the origin, and one another, waiting once the body is past the limit
     * @param onEnd called once, before readers see the last byte (of a body of unknown length: its end): with all bytes, or
     *     with null if there is nothing to store. So whoever has the whole answer finds it stored.
     */
    BodyPump(
            long limit,
            long declared,
            Duration whole,
            Scheduler timer,
            String origin,
            SlowReaders slow,
            HeldBytes bytes,
            Consumer<byte @Nullable []> onEnd) {
        this.bytes = bytes;
        this.account = bytes.account(HeldFor.STORING);
        this.timer = timer;
        this.slow = slow;
        this.limit = limit;
        this.declared = declared;
        this.origin = origin;
        this.onEnd = onEnd;
        this.timeout = timer.schedule(this::onTimeout, whole.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public @Nullable Flux<byte[]> read() {
        return body.read();
    }

    @Override
    public Mono<Void> settled() {
        return settled.asMono();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (declared == 0) {
            end(whole()); // its head is the whole answer
        }
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(ByteBuf buffer) {
        byte[] chunk = ByteBufUtil.getBytes(buffer);
        buffer.release();
        if (!overflowed) {
            if (body.written() + chunk.length > limit || !account.tryHold((long) COPIES * chunk.length)) {
                overflowed = true;
                collected.clear();
                body.release();
                end(null);
            } else {
                collected.add(chunk);
                if (body.written() + chunk.length == declared) {
                    end(whole());
                }
            }
        }
        body.append(chunk);
        if (overflowed) {
            settled.tryEmitEmpty();
            long before = waits;
            waits = before + 1; // by one thread
            waiting.set(true);
            onProgress();
            watch();
        } else {
            request(1);
        }
    }

    private byte[] whole() {
        if (collected.size() == 1) {
            return collected.getFirst();
        }
        byte[] whole =
                new byte[collected.stream().mapToInt(chunk -> chunk.length).sum()];
        int at = 0;
        for (byte[] chunk : collected) {
            System.arraycopy(chunk, 0, whole, at, chunk.length);
            at += chunk.length;
        }
        collected.clear();
        return whole;
    }

    private void end(byte @Nullable [] whole) {
        if (!ended) {
            ended = true;
            onEnd.accept(whole);
            account.shrinkTo(account.held() / COPIES); // one of them is the store's, or gone
        }
    }

    /** On any thread: a reader has moved or left. */
    private void onProgress() {
        if (overflowed) {
            account.shrinkTo(body.slowestLag());
        } else if (ended && !body.hasReaders()) {
            account.close();
        }
        if (!overflowed || !waiting.get()) {
            return;
        }
        if (!body.hasReaders()) {
            cancel();
            body.fail(new OriginFailure(OriginFailure.Reason.BROKEN_OFF, origin, null)); // for whoever still comes
        } else if (body.slowestLag() < window() && waiting.compareAndSet(true, false)) {
            request(1);
        }
    }

    private int window() {
        return bytes.stage().isAtLeast(OverloadStage.STORE_NOTHING) ? 1 : WINDOW;
    }

    /** Looks after a while whether it is still the same chunk that somebody has not taken; one look at a time. */
    private void watch() {
        if (watched || !waiting.get() || isDisposed()) {
            return;
        }
        watched = true;
        long begun = waits;
        Duration limit = body.hasSeveralReaders() ? slow.among() : slow.alone();
        var _ = timer.schedule(
                () -> {
                    watched = false;
                    if (waits == begun && waiting.get()) {
                        body.letGoOfWhoIsBehind(body.written() - window() + 1, new SlowReaders.LetGo(limit));
                    }
                    watch();
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void onTimeout() {
        if (!isDisposed() && !overflowed) {
            cancel();
            hookOnError(new OriginFailure(OriginFailure.Reason.WHOLE_TIMEOUT, origin, null));
        }
    }

    @Override
    protected void hookOnComplete() {
        end(whole());
        body.complete();
        settled.tryEmitEmpty();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        end(null);
        body.fail(failure);
        settled.tryEmitError(failure);
    }

    @Override
    protected void hookFinally(SignalType type) {
        timeout.dispose();
        onProgress();
    }
}
