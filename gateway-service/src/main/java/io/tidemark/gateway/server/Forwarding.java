package io.tidemark.gateway.server;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What origins are told of where a request came from (X-Forwarded-*, and Forwarded of RFC 7239): what the connection and
 * trusted proxies say, and nothing that anybody else says.
 *
 * @param chain the client, then the proxies between; the last is the connection's peer
 * @param scheme which the client used
 * @param authority which the client asked for
 */
public record Forwarding(List<InetAddress> chain, String scheme, Authority authority) {
    public Forwarding {
        chain = List.copyOf(chain);
    }

    /** The value of {@code X-Forwarded-For}. */
    public String addresses() {
        return chain.stream().map(ForwardedNode::literal).collect(Collectors.joining(", "));
    }

    /** The value of {@code Forwarded}. */
    public String elements() {
        return chain.stream().map(node -> "for=" + ForwardedNode.text(node)).collect(Collectors.joining(", "))
                + ';'
                + sharedElement();
    }

    /** The value of {@code Forwarded} where the answer is for all who ask for the same thing: it names no client. */
    public String sharedElement() {
        String host = authority.text();
        boolean isToken = host.indexOf(':') < 0;
        return "host=" + (isToken ? host : '"' + host + '"') + ";proto=" + scheme;
    }
}
