package io.tidemark.commons.origins;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.resolver.AbstractAddressResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Follows the names of origins: each that is in use is looked up every {@link DnsSettings#every}, new connections go to its
 * addresses in turn, and connections to an address that it does not lead to any more, or that fails while others do not, are let
 * go. Calls pay nothing for it: they ask a connection that they have ({@link #isLetGo}). Thread-safe.
 */
public final class OriginNames implements AutoCloseable {
    private static final AttributeKey<OriginAddress> ADDRESS = AttributeKey.valueOf("tidemark.origin.address");
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final DnsSettings settings;
    private final OutlierSettings outliers;
    private final MeterRegistry metrics;
    private final LongSupplier nanoTime;
    private final EventLoop loop;
    private final MultiThreadIoEventLoopGroup loops;
    private final NameLookup lookup;
    private final Map<InetSocketAddress, FollowedName> names = new ConcurrentHashMap<>();
    private final Resolvers resolvers = new Resolvers();
    private final ConnectWatch watch = new ConnectWatch(this);
    private final OriginAddress nobodys;

    public OriginNames(DnsSettings settings, OutlierSettings outliers, MeterRegistry metrics, LongSupplier nanoTime) {
        this.settings = settings;
        this.outliers = outliers;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("origin-names", true), NioIoHandler.newFactory());
        this.loop = (EventLoop) loops.next();
        this.lookup = new NameLookup(settings, loop);
        this.nobodys = new OriginAddress(
                InetSocketAddress.createUnresolved("nobody", 0), new OriginAddresses("", 0, outliers, nanoTime));
        var _ = loop.scheduleWithFixedDelay(
                this::look, settings.every().toNanos(), settings.every().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** For a client of Netty: it gets all addresses of a name, in the order in which to try them. */
    public AddressResolverGroup<InetSocketAddress> resolvers() {
        return resolvers;
    }

    /** For the pipeline of each new connection: so that an address that refuses is left out. */
    public ChannelHandler connectWatch() {
        return watch;
    }

    /** Whether no further call may use this connection. */
    public boolean isLetGo(Channel connection) {
        return address(connection).isLetGo();
    }

    /** What a connection leads to, or a stream of it. One that no name leads to is never let go. */
    public OriginAddress address(Channel connection) {
        OriginAddress known = connection.attr(ADDRESS).get();
        if (known == null) {
            known = connection.parent() == null ? found(connection) : address(connection.parent());
            connection.attr(ADDRESS).set(known);
        }
        return known;
    }

    private OriginAddress found(Channel connection) {
        return connection.remoteAddress() instanceof InetSocketAddress remote ? found(remote) : nobodys;
    }

    private OriginAddress found(InetSocketAddress remote) {
        FollowedName name = names.get(InetSocketAddress.createUnresolved(remote.getHostString(), remote.getPort()));
        return name == null
                ? nobodys
                : name.addresses.all().stream()
                        .filter(address -> address.socket.equals(remote))
                        .findFirst()
                        .orElse(nobodys);
    }

    /** The addresses of an origin that are known, looked up at the next turn if none is. */
    public List<OriginAddress> addresses(InetSocketAddress origin) {
        FollowedName name = name(origin);
        if (name.addresses.all().isEmpty()) {
            loop.execute(name::look);
        }
        return name.addresses.all();
    }

    void refused(InetSocketAddress address) {
        found(address).refused();
    }

    private FollowedName name(InetSocketAddress origin) {
        FollowedName name = names.computeIfAbsent(
                origin, unknown -> new FollowedName(unknown, lookup, outliers, nanoTime, metrics));
        name.asked();
        return name;
    }

    private void look() {
        names.forEach((origin, name) -> {
            if (name.unused().compareTo(FORGOTTEN) > 0) {
                names.remove(origin);
                name.forget();
            } else {
                name.look();
            }
        });
    }

    @Override
    public void close() {
        lookup.close();
        resolvers.close();
        var _ = loops.shutdownGracefully(0, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private final class Resolvers extends AddressResolverGroup<InetSocketAddress> {
        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new Resolver(executor);
        }
    }

    private final class Resolver extends AbstractAddressResolver<InetSocketAddress> {
        Resolver(EventExecutor executor) {
            super(executor, InetSocketAddress.class);
        }

        @Override
        protected boolean doIsResolved(InetSocketAddress address) {
            return !address.isUnresolved();
        }

        @Override
        protected void doResolve(InetSocketAddress unresolved, Promise<InetSocketAddress> promise) {
            resolveAll(unresolved).addListener((Future<List<InetSocketAddress>> all) -> {
                if (all.isSuccess()) {
                    promise.trySuccess(all.getNow().getFirst());
                } else {
                    promise.tryFailure(all.cause());
                }
            });
        }

        @Override
        protected void doResolveAll(InetSocketAddress unresolved, Promise<List<InetSocketAddress>> promise) {
            FollowedName name = name(unresolved);
            List<InetSocketAddress> order = name.addresses.order();
            if (order.isEmpty()) {
                loop.execute(() -> name.first(promise));
            } else {
                promise.trySuccess(order);
            }
        }
    }
}
