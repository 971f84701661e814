package io.tidemark.commons.redis;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatcher;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.tidemark.commons.outage.Outage;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of this process to its Redis, and what Redis said last when it refused something. A failover by name leaves the
 * old primary up as a replica that takes no writes: its answer {@code READONLY} means that the connections lead to the wrong
 * place. They are then closed, once a second at most; Lettuce connects again, and resolves the name anew. Thread-safe.
 */
public final class RedisConnections implements NettyCustomizer {
    private static final Logger log = LoggerFactory.getLogger(RedisConnections.class);
    private static final Duration SPACING = Duration.ofSeconds(1);

    private final ChannelGroup open = new DefaultChannelGroup("redis", GlobalEventExecutor.INSTANCE);
    private final LongSupplier nanoTime;
    private final String name;
    private final Outage outage;
    private final AtomicLong closedAt;
    private final AtomicLong moves = new AtomicLong();
    private volatile boolean takesNoWrites;

    /** @param nanoTime the monotonic clock, as {@link System#nanoTime} */
    public RedisConnections(LongSupplier nanoTime) {
        this(nanoTime, "Redis");
    }

    /** @param name what it is called in the log */
    RedisConnections(LongSupplier nanoTime, String name) {
        this.name = name;
        this.outage = new Outage(log, name + " refuses", name + " takes what it is sent");
        this.nanoTime = nanoTime;
        this.closedAt = new AtomicLong(nanoTime.getAsLong() - SPACING.toNanos());
    }

    @Override
    public void afterChannelInitialized(Channel channel) {
        open.add(channel); // leaves by itself when it is closed
    }

    /** A command, or an attempt to connect, has failed; by what, Redis' own words, is said once per change. */
    public void failed(Throwable failure) {
        if (isUnknownScript(failure) || isOwnEnd(failure)) {
            return; // it is sent the text next; this process ends
        }
        outage.failed(failure);
        if (isReadOnly(failure)) {
            takesNoWrites = true;
            long now = nanoTime.getAsLong();
            long last = closedAt.get();
            if (now - last >= SPACING.toNanos() && closedAt.compareAndSet(last, now)) {
                moves.incrementAndGet();
                log.debug("closing {} connections to a Redis that takes no writes", open.size());
                var _ = open.close();
            }
        }
    }

    /**
     * Another is the primary now: connections that lead elsewhere are closed.
     *
     * @param host as sentinels name it, and lead clients to it
     */
    void movedTo(String host, int port) {
        ChannelMatcher elsewhere = channel -> leadsElsewhere(channel.remoteAddress(), host, port);
        if (open.stream().anyMatch(elsewhere::matches)) {
            moves.incrementAndGet();
            log.info("{} is {}:{} now, by its sentinels; connections that lead elsewhere are closed", name, host, port);
            var _ = open.close(elsewhere);
        }
    }

    /** One that leads nowhere yet is being made, and asks where to. */
    static boolean leadsElsewhere(@Nullable SocketAddress remote, String host, int port) {
        if (!(remote instanceof InetSocketAddress address)) {
            return false;
        }
        boolean isThere = address.getHostString().equals(host)
                || (address.getAddress() != null
                        && address.getAddress().getHostAddress().equals(host));
        return address.getPort() != port || !isThere;
    }

    /** A write was taken. */
    public void taken() {
        takesNoWrites = false;
        outage.over();
    }

    /** A connection is up, which says nothing of writes. */
    void connected() {
        if (!takesNoWrites) {
            outage.over();
        }
    }

    /** Why the last command failed; empty if it did not. */
    public String why() {
        return outage.why();
    }

    /** How often connections were closed because they led to a replica. */
    public long moves() {
        return moves.get();
    }

    /** Whether a failure says that this Redis is a replica. */
    static boolean isReadOnly(Throwable failure) {
        return says(failure, message -> message.contains("READONLY "));
    }

    private static boolean isUnknownScript(Throwable failure) {
        return says(failure, message -> message.contains("NOSCRIPT "));
    }

    /**
     * What the client answers itself once its connection was given up here, to a command that is new and to one that was under way: no
     * word of Redis.
     */
    private static boolean isOwnEnd(Throwable failure) {
        return says(
                failure, message -> message.contains("Connection is closed") || message.equals("Connection closed"));
    }

    private static boolean says(@Nullable Throwable failure, Predicate<String> words) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null && words.test(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }
}
