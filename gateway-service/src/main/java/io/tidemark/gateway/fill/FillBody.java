package io.tidemark.gateway.fill;

import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * that, chunks that every reader has passed are garbage, whoever still holds the body or what {@link #read} gave. The writer may
 * ask {@link #slowestLag} before it fetches more. Writing is for one thread at a time; reading is thread-safe.
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

    /** Whether one of them may wait for another. */
    boolean hasSeveralReaders() {
        return readers.size() > 1;
    }

    /** How many bytes the slowest reader has not read yet; 0 without readers. */
    long slowestLag() {
        long slowest = written;
        for (Reader reader : readers) {
            slowest = Math.min(slowest, reader.read);
        }
        return readers.isEmpty() ? 0 : written - slowest;
    }

    /**
     * The body from its first byte, or null if it was released. Its reader counts from now on, and must subscribe, once; who
     * cancels leaves.
     */
    @Nullable
    Flux<byte[]> read() {
        Node start = first;
        if (start == null) {
            return null;
        }
        Reader reader = new Reader(start);
        readers.add(reader);
        return reader;
    }

    /** Ends the readers that have not read these many bytes yet, with this failure: the others need not wait for them. */
    void letGoOfWhoIsBehind(long bytes, Throwable failure) {
        for (Reader reader : readers) {
            if (reader.read < bytes) {
                reader.letGo(failure);
            }
        }
    }

    /** It holds on to no more than the node that it has come to: whoever keeps it keeps nothing that was passed. */
    private final class Reader extends Flux<byte[]> implements Subscription {
        private final AtomicLong requested = new AtomicLong();
        private final AtomicBoolean subscribed = new AtomicBoolean();

        /** As if somebody were draining, until there is a subscriber. */
        private final AtomicInteger draining = new AtomicInteger(1);

        private @Nullable Subscriber<? super byte[]> subscriber;
        private Node node;
        private volatile long read;
        private volatile boolean done;
        private volatile @Nullable Throwable letGo;

        Reader(Node start) {
            this.node = start;
        }

        @Override
        public void subscribe(CoreSubscriber<? super byte[]> actual) {
            if (!subscribed.compareAndSet(false, true)) {
                Operators.error(actual, new IllegalStateException("a reader's body can be subscribed to once"));
                return;
            }
            subscriber = actual;
            actual.onSubscribe(this);
            drainTo(actual);
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

        void letGo(Throwable failure) {
            letGo = failure;
            readers.remove(this);
            drain();
            onProgress.run();
        }

        void drain() {
            if (draining.getAndIncrement() == 0) {
                drainTo(Objects.requireNonNull(subscriber));
            }
        }

        private void drainTo(Subscriber<? super byte[]> to) {
            int missed = draining.get();
            do {
                boolean progressed = false;
                while (!done) {
                    Throwable left = letGo;
                    if (left != null) {
                        leave();
                        to.onError(left);
                        break;
                    }
                    Node next = node.next;
                    if (next == null) {
                        break;
                    }
                    byte[] chunk = next.chunk;
                    if (chunk == null) {
                        Throwable failure = next.failure;
                        leave();
                        if (failure == null) {
                            to.onComplete();
                        } else {
                            to.onError(failure);
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
                    to.onNext(chunk);
                }
                if (progressed) {
                    onProgress.run();
                }
                missed = draining.addAndGet(-missed);
            } while (missed != 0);
        }
    }
}
