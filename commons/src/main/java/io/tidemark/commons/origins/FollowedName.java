package io.tidemark.commons.origins;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name of one origin, looked up again and again. While name servers do not answer, the addresses that are known are used
 * on; one that they say does not exist is forgotten after {@link #HOLD}. Confined to one event loop, but for
 * {@link #addresses}.
 */
final class FollowedName {
    /** For so long a name that was there may seem not to be. */
    static final Duration HOLD = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(FollowedName.class);

    final OriginAddresses addresses;
    private final String host;
    private final NameLookup lookup;
    private final LongSupplier nanoTime;
    private final MeterRegistry metrics;
    private final List<Meter> meters = new ArrayList<>();
    private final Counter moves;
    private final Counter failures;
    private final List<Promise<List<InetSocketAddress>>> waiting = new ArrayList<>();
    private boolean looking;
    private boolean failing;
    private long failingSince;
    private volatile long askedAt;

    FollowedName(
            InetSocketAddress origin,
            NameLookup lookup,
            OutlierSettings outliers,
            LongSupplier nanoTime,
            MeterRegistry metrics) {
        this.host = origin.getHostString();
        this.lookup = lookup;
        this.nanoTime = nanoTime;
        this.metrics = metrics;
        String name = host + ':' + origin.getPort();
        this.addresses = new OriginAddresses(name, origin.getPort(), outliers, nanoTime);
        this.askedAt = nanoTime.getAsLong();
        this.moves = Counter.builder("tidemark.origin.moves")
                .description("how often the origin's name has led to other addresses")
                .tag("origin", name)
                .register(metrics);
        this.failures = Counter.builder("tidemark.origin.lookups.failed")
                .description("lookups of the origin's name that brought no address")
                .tag("origin", name)
                .register(metrics);
        meters.addAll(List.of(
                moves,
                failures,
                gauge("known", name, of -> of.all().size()),
                gauge("left-out", name, OriginAddresses::leftOut)));
    }

    private Gauge gauge(String state, String name, ToDoubleFunction<OriginAddresses> size) {
        return Gauge.builder("tidemark.origin.addresses", addresses, size)
                .description("addresses of the origin's name, and how many of them are left out")
                .tag("origin", name)
                .tag("state", state)
                .register(metrics);
    }

    /** Somebody wants a connection; from any thread. */
    void asked() {
        askedAt = nanoTime.getAsLong();
    }

    /** For how long nobody has wanted one. */
    Duration unused() {
        return Duration.ofNanos(nanoTime.getAsLong() - askedAt);
    }

    /** Answers once an address is known. */
    void first(Promise<List<InetSocketAddress>> promise) {
        List<InetSocketAddress> order = addresses.order();
        if (!order.isEmpty()) {
            promise.trySuccess(order);
            return;
        }
        waiting.add(promise);
        look();
    }

    /** Asks, unless a question is under way. */
    void look() {
        if (looking) {
            return;
        }
        looking = true;
        lookup.addresses(host).addListener((Future<List<InetAddress>> answer) -> {
            looking = false;
            if (answer.isSuccess() && !answer.getNow().isEmpty()) {
                found(answer.getNow());
            } else {
                failed(answer.cause());
            }
        });
    }

    private void found(List<InetAddress> found) throws UnknownHostException {
        List<InetAddress> named = new ArrayList<>();
        for (InetAddress address : found) {
            named.add(InetAddress.getByAddress(host, address.getAddress()));
        }
        if (failing) {
            failing = false;
            log.info("the name of origin {} is found again", addresses.name());
        }
        boolean first = addresses.all().isEmpty();
        if (addresses.found(named) && !first) {
            moves.increment();
        }
        waiting.forEach(promise -> promise.trySuccess(addresses.order()));
        waiting.clear();
    }

    private void failed(@Nullable Throwable cause) {
        Throwable failure = cause == null ? new UnknownHostException(host) : cause;
        failures.increment();
        if (!failing) {
            failing = true;
            failingSince = nanoTime.getAsLong();
            if (!addresses.all().isEmpty()) {
                log.warn(
                        "the name of origin {} is not found: {}; what is known of it is used on: {}",
                        addresses.name(),
                        failure.getMessage(),
                        addresses.all());
            }
        }
        if (NameLookup.isThereNone(failure)
                && nanoTime.getAsLong() - failingSince >= HOLD.toNanos()
                && addresses.found(List.of())) {
            log.warn("origin {} has no address any more", addresses.name());
        }
        waiting.forEach(promise -> promise.tryFailure(failure));
        waiting.clear();
    }

    /** Nobody follows it any more. */
    void forget() {
        meters.forEach(metrics::remove);
    }
}
