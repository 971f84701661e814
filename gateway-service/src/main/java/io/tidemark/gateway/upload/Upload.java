package io.tidemark.gateway.upload;

import io.tidemark.gateway.origin.UploadFailure;
import io.tidemark.gateway.origin.UploadFailure.Reason;
import io.tidemark.gateway.overload.Account;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;

/**
 * The content of one request on its way from the client. Its beginning is collected first, within the budget of all that the
 * process holds; then it can be read, once, at the reader's own pace. Fails with {@link UploadFailure} only: also when the
 * client's credit is used up ({@link ClientCredit}): so neither silence nor a drip holds anything for longer, however much came
 * before. The time that the reader takes does not count.
 */
final class Upload extends Flux<DataBuffer> implements Subscription {
    /** What a piece takes beside its bytes: so many pieces of one byte are no way around the limit. */
    private static final int PIECE = 128;

    private record End(@Nullable UploadFailure failure) {}

    private final UploadLimits limits;
    private final Account memory;
    private final Scheduler timer;
    private final BooleanSupplier awaited;
    private final Queue<DataBuffer> pieces = Queues.<DataBuffer>unbounded(8).get();
    private final Sinks.Empty<Void> collected = Sinks.empty();
    private final FromClient client;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final AtomicInteger draining = new AtomicInteger(1); // as if somebody were, until there is a reader
    private final Demand wanted = new Demand(); // by the reader
    private @Nullable CoreSubscriber<? super DataBuffer> reader;
    private boolean told; // the reader, of the end
    private volatile boolean left; // by the reader

    /** @param awaited whether others wait for what the request holds, its place at an origin */
    Upload(UploadLimits limits, Account memory, Scheduler timer, LongSupplier nanos, BooleanSupplier awaited) {
        this.limits = limits;
        this.memory = memory;
        this.timer = timer;
        this.awaited = awaited;
        this.client = new FromClient(nanos);
    }

    /** Begins to read from the client; completes when the beginning is here. */
    Mono<Void> collect(Flux<DataBuffer> content) {
        content.subscribe(client);
        client.look();
        return collected.asMono();
    }

    /** Whether the client has not come to its end, nor failed. */
    boolean isUnderWay() {
        return client.end.get() == null;
    }

    /** What it failed with, null if it has not. */
    @Nullable
    UploadFailure failure() {
        End end = client.end.get();
        return end == null ? null : end.failure;
    }

    /** Lets go of what nobody has read, and of the client; does nothing to an upload that has ended. */
    void close() {
        cancel();
        if (taken.compareAndSet(false, true)) {
            drain(draining.get());
        }
        memory.close();
    }

    // --- to the reader ---------------------------------------------------------------------------------------------

    @Override
    public void subscribe(CoreSubscriber<? super DataBuffer> actual) {
        if (!taken.compareAndSet(false, true)) {
            Operators.error(actual, new IllegalStateException("a request's content can be read once"));
            return;
        }
        reader = actual;
        actual.onSubscribe(this);
        drain(draining.get());
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            wanted.add(n);
            drain();
        }
    }

    @Override
    public void cancel() {
        left = true;
        client.leave();
        drain();
    }

    private void drain() {
        if (draining.getAndIncrement() == 0) {
            drain(1);
        }
    }

    private void drain(int begun) {
        int missed = begun;
        do {
            deliver();
            missed = draining.addAndGet(-missed);
        } while (missed != 0);
    }

    private void deliver() {
        CoreSubscriber<? super DataBuffer> to = reader;
        End end = client.end.get(); // before the queue: nothing comes after it
        UploadFailure failure = end == null ? null : end.failure;
        if (left || told || to == null || failure != null) {
            drop();
            if (failure != null && to != null && !left && !told) {
                told = true;
                to.onError(failure);
            }
            return;
        }
        while (wanted.get() > 0) {
            DataBuffer piece = take();
            if (piece == null) {
                break;
            }
            wanted.met();
            to.onNext(piece);
        }
        if (end != null && pieces.isEmpty()) {
            told = true;
            to.onComplete();
        } else if (end == null) {
            client.askFor(wanted.get());
        }
    }

    private @Nullable DataBuffer take() {
        DataBuffer piece = pieces.poll();
        if (piece != null) {
            memory.release(piece.readableByteCount() + (long) PIECE);
        }
        return piece;
    }

    private void drop() {
        for (DataBuffer piece = take(); piece != null; piece = take()) {
            DataBufferUtils.release(piece);
        }
    }

    // --- from the client -------------------------------------------------------------------------------------------

    private final class FromClient implements CoreSubscriber<DataBuffer> {
        private final AtomicReference<@Nullable End> end = new AtomicReference<>();
        private final Demand asked = new Demand(); // of it, and not here yet
        private long collecting; // by one thread
        private @Nullable Subscription subscription;
        private volatile boolean isCollected = limits.collect() == 0;
        private volatile Disposable look = () -> {};
        private final ClientCredit credit;

        FromClient(LongSupplier nanos) {
            this.credit = new ClientCredit(limits, nanos);
        }

        @Override
        public void onSubscribe(Subscription from) {
            subscription = from;
            if (isCollected) {
                collected.tryEmitEmpty();
            } else {
                ask(1);
            }
        }

        /** Asks for so many pieces in all. */
        void askFor(long pieces) {
            long more = pieces == Long.MAX_VALUE ? pieces : pieces - asked.get();
            if (more > 0 && asked.get() != Long.MAX_VALUE) {
                ask(more);
            }
        }

        private void ask(long more) {
            asked.add(more);
            credit.waits();
            Objects.requireNonNull(subscription).request(more);
        }

        @Override
        public void onNext(DataBuffer piece) {
            credit.sent(piece.readableByteCount(), asked.met() > 0);
            keep(piece);
            drain();
        }

        private void keep(DataBuffer piece) {
            long cost = piece.readableByteCount() + (long) PIECE;
            if (isCollected) {
                memory.hold(cost);
                pieces.offer(piece);
                return;
            }
            DataBuffer copy = copied(piece); // the connection's own buffer may be much larger
            if (!memory.tryHold(cost)) {
                leave();
                end(new UploadFailure(Reason.NO_ROOM, null));
                return;
            }
            pieces.offer(copy);
            collecting += cost;
            if (collecting < limits.collect()) {
                ask(1);
            } else {
                isCollected = true;
                collected.tryEmitEmpty();
            }
        }

        private static DataBuffer copied(DataBuffer piece) {
            byte[] copy = new byte[piece.readableByteCount()];
            piece.read(copy);
            DataBufferUtils.release(piece);
            return DefaultDataBufferFactory.sharedInstance.wrap(copy);
        }

        @Override
        public void onComplete() {
            end(null);
        }

        @Override
        public void onError(Throwable cause) {
            end(UploadFailure.of(cause));
        }

        private void end(@Nullable UploadFailure how) {
            if (end.compareAndSet(null, new End(how))) {
                look.dispose();
                isCollected = true;
                if (how == null) {
                    collected.tryEmitEmpty();
                } else {
                    collected.tryEmitError(how);
                }
                drain();
            }
        }

        /** Its connection, or its stream, reads on without anybody who wants it. */
        void leave() {
            look.dispose();
            Subscription from = subscription;
            if (from != null && end.get() == null) {
                from.cancel();
            }
        }

        void look() {
            if (end.get() != null || left) {
                return;
            }
            look = timer.schedule(
                    () -> {
                        if (credit.isUsedUp(awaited.getAsBoolean()) && end.get() == null) {
                            leave();
                            end(new UploadFailure(Reason.CLIENT_SLOW, null));
                        } else {
                            look();
                        }
                    },
                    limits.lookNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }
}
