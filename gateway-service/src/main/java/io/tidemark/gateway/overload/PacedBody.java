package io.tidemark.gateway.overload;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * A body that is handed to its connection only while that can be written to, in pieces of {@value #PIECE} bytes at most, and
 * is asked of its source one element at a time. Reactor Netty itself asks for 128 elements and writes them whether the client
 * reads or not.
 *
 * <p>What waits is on the account of {@link HeldFor#OUTPUT}. A client that lets the connection stand still for longer than
 * {@link OutputLimits#patience} is cut off: the connection, or the HTTP/2 stream, is closed, so that the client sees that the
 * answer is not whole. To be subscribed to once.
 *
 * @param <T> of what: buffers, or publishers of them, which are not cut into pieces
 */
final class PacedBody<T> extends Flux<T> {
    /** As much as the outbound buffer takes before it counts as full. */
    static final int PIECE = 64 * 1024;

    private final Publisher<? extends T> source;
    private final Channel channel;
    private final OutputLimits limits;

    PacedBody(Publisher<? extends T> source, Channel channel, OutputLimits limits) {
        this.source = source;
        this.channel = channel;
        this.limits = limits;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> subscriber) {
        source.subscribe(new Paced<T>(subscriber, channel, limits));
    }

    private static final class Paced<T> implements CoreSubscriber<T>, Subscription, Runnable {
        private final CoreSubscriber<? super T> reader;
        private final Channel channel;
        private final EventLoop loop;
        private final Account output;
        private final AtomicLong requested = new AtomicLong();
        private final AtomicInteger work = new AtomicInteger();
        private @Nullable Subscription source;
        private boolean begun; // of the reader, which asks for the first time when it is subscribed
        private volatile @Nullable T arrived; // written by the source where none is, and else by the event loop
        private volatile boolean ended;
        private volatile @Nullable Throwable failure;
        private volatile boolean cancelled;
        private boolean asked; // from here on of the event loop
        private boolean waits;
        private boolean over;
        private final Patience patience;

        Paced(CoreSubscriber<? super T> reader, Channel channel, OutputLimits limits) {
            this.reader = reader;
            this.channel = channel;
            this.loop = channel.eventLoop();
            this.output = limits.account();
            this.patience = new Patience(loop, limits, () -> {
                var _ = channel.close();
            });
        }

        @Override
        public reactor.util.context.Context currentContext() {
            return reader.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            source = subscription;
            reader.onSubscribe(this);
        }

        /**
         * At once only for the first: who asks later may be in the middle of writing, and how full the channel is shows only
         * after that.
         */
        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                boolean isFirst = !begun;
                begun = true;
                requested.accumulateAndGet(n, Operators::addCap);
                if (work.getAndIncrement() == 0) {
                    if (isFirst && loop.inEventLoop()) {
                        run();
                    } else {
                        loop.execute(this);
                    }
                }
            }
        }

        @Override
        public void onNext(T element) {
            arrived = element;
            drain();
        }

        @Override
        public void onError(Throwable cause) {
            failure = cause;
            ended = true;
            drain();
        }

        @Override
        public void onComplete() {
            ended = true;
            drain();
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (source != null) {
                source.cancel();
            }
            drain();
        }

        private void drain() {
            if (work.getAndIncrement() == 0) {
                if (loop.inEventLoop()) {
                    run();
                } else {
                    loop.execute(this);
                }
            }
        }

        @Override
        public void run() {
            int missed = work.get();
            do {
                pass();
                missed = work.addAndGet(-missed);
            } while (missed != 0);
        }

        private void pass() {
            while (!over) {
                T next = arrived;
                if (cancelled) {
                    over();
                    return;
                }
                if (next == null && ended) {
                    over();
                    Throwable cause = failure;
                    if (cause == null) {
                        reader.onComplete();
                    } else {
                        reader.onError(cause);
                    }
                    return;
                }
                if (requested.get() == 0 || (next == null && asked)) {
                    return;
                }
                if (!channel.isWritable() && channel.isActive()) {
                    await();
                    return;
                }
                if (next == null) {
                    asked = true;
                    if (source != null) {
                        source.request(1); // what comes at once is seen in the next round
                    }
                    if (arrived == null && !ended) {
                        return;
                    }
                } else {
                    give(next);
                }
            }
            discard();
        }

        @SuppressWarnings("unchecked")
        private void give(T next) {
            if (requested.get() != Long.MAX_VALUE) {
                requested.decrementAndGet();
            }
            if (next instanceof DataBuffer buffer && buffer.readableByteCount() > PIECE) {
                reader.onNext((T) buffer.split(buffer.readPosition() + PIECE));
            } else if (next instanceof ByteBuf buffer && buffer.readableBytes() > PIECE) {
                reader.onNext((T) buffer.readRetainedSlice(PIECE));
            } else {
                asked = false;
                arrived = null;
                reader.onNext(next);
            }
        }

        private void await() {
            if (waits) {
                return;
            }
            waits = true;
            output.hold(PIECE + length(arrived));
            patience.begin();
            Writability.await(channel, this::goOn);
        }

        private static int length(@Nullable Object element) {
            return switch (element) {
                case DataBuffer buffer -> buffer.readableByteCount();
                case ByteBuf buffer -> buffer.readableBytes();
                case null, default -> 0;
            };
        }

        private void goOn() {
            if (over) {
                return;
            }
            waits = false;
            output.release(output.held());
            patience.end();
            drain();
        }

        private void over() {
            over = true;
            discard();
            output.close();
            patience.end();
        }

        private void discard() {
            T left = arrived;
            if (left != null) {
                arrived = null;
                if (left instanceof DataBuffer buffer) {
                    DataBufferUtils.release(buffer);
                } else {
                    ReferenceCountUtil.release(left);
                }
            }
        }
    }
}
