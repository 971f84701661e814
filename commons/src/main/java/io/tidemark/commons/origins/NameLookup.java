package io.tidemark.commons.origins;

import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.List;

/**
 * Asks name servers, keeps answers for as long as they may be (TTL), and remembers no failure. The hosts file and search domains
 * are the system's.
 */
final class NameLookup implements AutoCloseable {
    private final DnsNameResolver resolver;
    private final HostsFile hosts = new HostsFile();
    private final EventLoop loop;

    NameLookup(DnsSettings settings, EventLoop loop) {
        this.loop = loop;
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(loop)
                .datagramChannelType(NioDatagramChannel.class)
                .socketChannelType(NioSocketChannel.class) // for an answer that no datagram holds
                .ttl(0, Math.toIntExact(settings.maxTtl().toSeconds()))
                .negativeTtl(0)
                .queryTimeoutMillis(settings.timeout().toMillis());
        if (!settings.addresses().isEmpty()) {
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(settings.addresses()));
        }
        this.resolver = builder.build();
    }

    /** All addresses of a name, those of the preferred family first. Fails with {@link java.net.UnknownHostException}. */
    Future<List<InetAddress>> addresses(String host) {
        List<InetAddress> local = hosts.addresses(host);
        return local.isEmpty() ? resolver.resolveAll(host) : loop.newSucceededFuture(local);
    }

    /** Whether a name server said that there is no such name, rather than nothing. */
    static boolean isThereNone(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DnsErrorCauseException error) {
                return error.getCode().equals(DnsResponseCode.NXDOMAIN);
            }
        }
        return false;
    }

    @Override
    public void close() {
        resolver.close();
    }
}
