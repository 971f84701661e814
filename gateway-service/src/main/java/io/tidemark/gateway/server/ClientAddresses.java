package io.tidemark.gateway.server;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who asks: the connection's own peer, or whom a trusted proxy in front names. The names are read from the nearest to the
 * farthest, as far as trusted proxies gave them; the first that is none of these is the client. Whatever is beyond, anybody
 * may have written. Thread-safe; costs nothing but a look at the peer where no proxy is trusted.
 */
@Component
public final class ClientAddresses {
    private static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    private static final AsciiString FORWARDED = AsciiString.cached("forwarded");
    private static final InetAddress UNKNOWN = new InetSocketAddress(0).getAddress();

    private final Network[] trusted;
    private final ForwardedProperties.By by;

    ClientAddresses(ForwardedProperties properties) {
        this.trusted = properties.networks().toArray(Network[]::new);
        this.by = properties.by();
    }

    /**
     * The client's address. A proxy that is trusted and names nobody, or names them by something that is no address
     * ({@code unknown}, RFC 7239 §6.2), stands for its clients.
     *
     * @param peer the other end of the connection; one that is no Internet address counts as {@code 0.0.0.0}
     * @param fields those of the request
     */
    public InetAddress of(@Nullable SocketAddress peer, HttpHeaders fields) {
        InetAddress nearest = address(peer);
        return isTrusted(nearest) ? chain(peer, fields).getFirst() : nearest;
    }

    /** The client, the trusted proxies between, and the peer, in this order; one and the same where there are none. */
    List<InetAddress> chain(@Nullable SocketAddress peer, HttpHeaders fields) {
        InetAddress nearest = address(peer);
        if (!isTrusted(nearest)) {
            return List.of(nearest);
        }
        Deque<InetAddress> chain = new ArrayDeque<>(List.of(nearest));
        List<String> lines = fields.getAll(by == ForwardedProperties.By.FORWARDED ? FORWARDED : X_FORWARDED_FOR);
        for (int line = lines.size() - 1; line >= 0; line--) {
            String text = lines.get(line);
            for (int end = text.length(); end >= 0; ) {
                int comma = text.lastIndexOf(',', end - 1);
                InetAddress named = named(text.substring(comma + 1, end));
                if (named == null) {
                    return List.copyOf(chain);
                }
                chain.addFirst(named);
                if (!isTrusted(named)) {
                    return List.copyOf(chain);
                }
                end = comma;
            }
        }
        return List.copyOf(chain);
    }

    /** Whether what this peer says of a client is believed. */
    public boolean isTrusted(@Nullable SocketAddress peer) {
        return trusted.length > 0 && isTrusted(address(peer));
    }

    private boolean isTrusted(InetAddress address) {
        if (trusted.length == 0) {
            return false;
        }
        byte[] octets = address.getAddress();
        for (Network network : trusted) {
            if (network.contains(octets)) {
                return true;
            }
        }
        return false;
    }

    private static InetAddress address(@Nullable SocketAddress peer) {
        return peer instanceof InetSocketAddress known && known.getAddress() != null ? known.getAddress() : UNKNOWN;
    }

    private @Nullable InetAddress named(String element) {
        String node = element.strip();
        return by == ForwardedProperties.By.FORWARDED ? ForwardedNode.ofElement(node) : ForwardedNode.address(node);
    }
}
