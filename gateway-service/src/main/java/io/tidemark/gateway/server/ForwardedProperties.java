package io.tidemark.gateway.server;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.forwarded.*}: the proxies in front of the gateway, and the field in which they name clients.
 *
 * @param trusted the proxies' addresses, in CIDR notation; what anybody else says of a client is dropped
 * @param by the one field that they set
 */
@ConfigurationProperties(value = "tidemark.forwarded", ignoreUnknownFields = false)
record ForwardedProperties(
        @DefaultValue List<String> trusted,
        @DefaultValue("x-forwarded-for") By by) {
    ForwardedProperties {
        trusted = List.copyOf(trusted);
        trusted.forEach(ForwardedProperties::network);
    }

    /** The field in which proxies name clients. A proxy that sets one of them passes the other on as the client sent it. */
    enum By {
        /** {@code X-Forwarded-For}, with {@code -Proto} and {@code -Host}. */
        X_FORWARDED_FOR,
        /** {@code Forwarded} (RFC 7239). */
        FORWARDED
    }

    List<Network> networks() {
        return trusted.stream().map(ForwardedProperties::network).toList();
    }

    private static Network network(String text) {
        try {
            return Network.parse(text.strip());
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "tidemark.forwarded.trusted: \"" + text + "\" is no address range such as 10.0.0.0/8", malformed);
        }
    }
}
