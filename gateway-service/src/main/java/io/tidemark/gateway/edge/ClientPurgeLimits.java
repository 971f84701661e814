package io.tidemark.gateway.edge;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many purges clients may cause: each for itself, by its address (IPv6: its /64), and all together. Thread-safe. Bounded:
 * of more than {@value #MAX_CLIENTS} clients at a time some start anew.
 */
final class ClientPurgeLimits {
    private static final int MAX_CLIENTS = 10_000;
    private static final int NETWORK_OCTETS = 8;

    private final ClientPurgeProperties properties;
    private final LongSupplier nanoTime;
    private final Bucket all;
    private final LoadingCache<Client, State> clients;

    /** @param nanoTime the monotonic clock */
    ClientPurgeLimits(ClientPurgeProperties properties, LongSupplier nanoTime) {
        this.properties = properties;
        this.nanoTime = nanoTime;
        this.all = new Bucket(properties.perSecond(), nanoTime.getAsLong());
        this.clients = Caffeine.newBuilder()
                .maximumSize(MAX_CLIENTS)
                .expireAfterAccess(Duration.ofMinutes(1))
                .executor(Runnable::run)
                .build(_ -> new State(new Bucket(properties.perClient(), nanoTime.getAsLong()), new AtomicInteger()));
    }

    /** A request, or a purge, of one client that is under way; to be ended once. */
    static final class Place {
        private final AtomicInteger pending;

        private Place(AtomicInteger pending) {
            this.pending = pending;
        }

        /** One more of the same client, whatever the limit. */
        Place another() {
            pending.incrementAndGet();
            return new Place(pending);
        }

        void end() {
            pending.decrementAndGet();
        }
    }

    private record State(Bucket bucket, AtomicInteger pending) {}

    /** Addresses that one client may choose from are one. */
    private record Client(String network) {
        static Client of(InetAddress address) {
            byte[] octets = address.getAddress();
            return new Client(
                    Arrays.toString(address instanceof Inet6Address ? Arrays.copyOf(octets, NETWORK_OCTETS) : octets));
        }
    }

    /** A place for a request that may cause a purge; null if it is one too many. */
    @Nullable
    Place enter(InetAddress address) {
        State client = clients.get(Client.of(address));
        long now = nanoTime.getAsLong();
        if (client.pending.incrementAndGet() <= properties.pendingPerClient()
                && client.bucket.take(now)
                && all.take(now)) {
            return new Place(client.pending);
        }
        client.pending.decrementAndGet();
        return null;
    }

    /** So many a second, and twice as many at once. */
    private static final class Bucket {
        private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

        private final int rate;
        private double tokens;
        private long filledAt;

        Bucket(int rate, long now) {
            this.rate = rate;
            this.tokens = 2.0 * rate;
            this.filledAt = now;
        }

        synchronized boolean take(long now) {
            tokens = Math.min(2.0 * rate, tokens + Math.max(0, now - filledAt) / NANOS * rate);
            filledAt = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }
}
