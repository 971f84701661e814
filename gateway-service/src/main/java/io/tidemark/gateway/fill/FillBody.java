package io.tidemark.gateway.fill;

import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * A response body on its way: written by one, read by many, each from the first byte and at its own speed.
 *
 * <p>The chunks form a linked list. While the body is kept ({@link #release} was not called), new readers may come; after
 * that, chunks that every reader has passed are garbage. The writer may ask {@link #slowestLag} before it fetches more.
 * Writing is for one thread at a time; reading is thread-safe.
 */
final class FillBody {
    private static final class Node {
        final byte @Nullable [] chunk;
        final @Nullable Throwable failure;
        volatile @Nullable Node next;

        Node(byte @Nullable [] chunk, @Nullable Throwable failure) {
            this.chunk = chunk;
            this.failure = failure;
        }
    }

    private final CopyOnWriteArrayList<Reader> readers = new CopyOnWriteArrayList<>();
    private final Runnable onProgress;
    private volatile @Nullable Node first = new Node(new byte[0], null);
    private volatile Node last = Objects.requireNonNull(first);
    private volatile long written;

    /** @param onProgress called, on any thread, when a reader has read or left */
    FillBody(Runnable onProgress) {
        this.onProgress = onProgress;
    }

    void append(byte[] chunk) {
        long before = written;
        written = before + chunk.length; // one writer
        add(new Node(chunk, null));
    }

    void complete() {
        add(new Node(null, null));
    }

    void fail(Throwable failure) {
        add(new Node(null, failure));
    }

    private void add(Node node) {
        Node previous = last;
        last = node;
        previous.next = node;
        for (Reader reader : readers) {
            reader.drain();
        }
    }

    /** Bytes written so far. */
    long written() {
        return written;
    }

    /** Lets go of what all present readers have passed. No reader can come after that. */
    void release() {
        first = null;
    }

    boolean hasReaders() {
        return !readers.isEmpty();
    }

    /** How many bytes the slowest reader has not read yet; 0 without readers. */
    long slowestLag() {
        long slowest = written;
        for (Reader reader : readers) {
            slowest = Math.min(slowest, reader.read);
        }
        return readers.isEmpty() ? 0 : written - slowest;
    }

    /** The body from its first byte, or null if it was released. Can be subscribed to once; a cancelled reader leaves. */
    @Nullable
    Flux<byte[]> read() {
        Node start = first;
        return start == null ? null : new Reading(start);
    }

    private final class Reading extends Flux<byte[]> {
        private final Node start;

        Reading(Node start) {
            this.start = start;
        }

        @Override
        public void subscribe(CoreSubscriber<? super byte[]> subscriber) {
            Reader reader = new Reader(start, subscriber);
            readers.add(reader);
            subscriber.onSubscribe(reader);
        }
    }

    private final class Reader implements Subscription {
        private final Subscriber<? super byte[]> subscriber;
        private final AtomicLong requested = new AtomicLong();
        private final AtomicInteger draining = new AtomicInteger();
        private Node node;
        private volatile long read;
        private volatile boolean done;

        Reader(Node start, Subscriber<? super byte[]> subscriber) {
            this.node = start;
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n)) {
                requested.accumulateAndGet(n, Operators::addCap);
                drain();
            }
        }

        @Override
        public void cancel() {
            leave();
        }

        private void leave() {
            done = true;
            readers.remove(this);
            onProgress.run();
        }

        void drain() {
            if (draining.getAndIncrement() != 0) {
                return;
            }
            int missed = 1;
            do {
                boolean progressed = false;
                while (!done) {
                    Node next = node.next;
                    if (next == null) {
                        break;
                    }
                    byte[] chunk = next.chunk;
                    if (chunk == null) {
                        Throwable failure = next.failure;
                        leave();
                        if (failure == null) {
                            subscriber.onComplete();
                        } else {
                            subscriber.onError(failure);
                        }
                        break;
                    }
                    if (requested.get() == 0) {
                        break;
                    }
                    if (requested.get() != Long.MAX_VALUE) {
                        requested.decrementAndGet();
                    }
                    node = next;
                    long before = read;
                    read = before + chunk.length; // one drainer at a time
                    progressed = true;
                    subscriber.onNext(chunk);
                }
                if (progressed) {
                    onProgress.run();
                }
                missed = draining.addAndGet(-missed);
            } while (missed != 0);
        }
    }
}
