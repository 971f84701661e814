package io.tidemark.gateway.overload;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** What clients are told apart by: an IPv4 address, or the first 64 bits of an IPv6 address, which one client has for itself. */
final class ClientKey {
    private ClientKey() {}

    static Object of(InetAddress address) {
        return address instanceof Inet6Address six
                ? (Object) ByteBuffer.wrap(six.getAddress()).getLong()
                : address;
    }
}
