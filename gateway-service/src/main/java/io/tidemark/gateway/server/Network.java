package io.tidemark.gateway.server;

import java.net.InetAddress;

/** A range of addresses in CIDR notation, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; without a length, one address. */
record Network(InetAddress first, int prefixBits) {
    /** @throws IllegalArgumentException where it is no range; nothing is looked up by name */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int most = address.getAddress().length * 8;
        int bits = slash < 0 ? most : Integer.parseInt(text, slash + 1, text.length(), 10);
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException("a length of 0 to " + most + ", not " + bits);
        }
        return new Network(address, bits);
    }

    boolean contains(byte[] address) {
        byte[] own = first.getAddress();
        if (own.length != address.length) {
            return false;
        }
        int whole = prefixBits / 8;
        for (int i = 0; i < whole; i++) {
            if (own[i] != address[i]) {
                return false;
            }
        }
        int rest = prefixBits % 8;
        return rest == 0 || (own[whole] ^ address[whole]) >> (8 - rest) == 0;
    }
}
