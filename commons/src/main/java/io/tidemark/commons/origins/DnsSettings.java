package io.tidemark.commons.origins;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.origins.dns.*}: how the names of origins are looked up.
 *
 * @param servers name servers, each an IP address with or without a port ({@code 10.0.0.2}, {@code [::1]:5353}), asked in this
 *     order; empty: those of the system, as are its hosts file and search domains in any case
 * @param every how often a name in use is looked up
 * @param maxTtl the longest that an answer is kept, whatever its TTL; in whole seconds
 * @param timeout how long one question may take
 */
@ConfigurationPropertiesSource
public record DnsSettings(
        @DefaultValue List<String> servers,
        @DefaultValue("2s") Duration every,
        @DefaultValue("10s") Duration maxTtl,
        @DefaultValue("2s") Duration timeout) {
    private static final int PORT = 53;

    public DnsSettings {
        servers = List.copyOf(servers);
        servers.forEach(DnsSettings::address);
        check(every.isPositive(), "every must be positive: " + every);
        check(!maxTtl.isNegative(), "max-ttl must not be negative: " + maxTtl);
        check(timeout.isPositive(), "timeout must be positive: " + timeout);
    }

    /** The name servers to ask, empty: the system's. */
    List<InetSocketAddress> addresses() {
        return servers.stream().map(DnsSettings::address).toList();
    }

    private static InetSocketAddress address(String server) {
        int colon = server.lastIndexOf(':');
        boolean hasPort = colon > 0 && (server.charAt(colon - 1) == ']' || server.indexOf(':') == colon);
        InetAddress address =
                NetUtil.createInetAddressFromIpAddressString(hasPort ? server.substring(0, colon) : server);
        String port = hasPort ? server.substring(colon + 1) : Integer.toString(PORT);
        check(
                address != null && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65_535,
                "servers must be IP addresses, with or without a port: \"" + server + '"');
        return new InetSocketAddress(address, Integer.parseInt(port));
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.origins.dns." + what);
        }
    }
}
