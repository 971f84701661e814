package io.tidemark.gateway.server;

import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.requests.*}: which requests are answered at all.
 *
 * @param hosts the hosts that are served, {@code *.shop.example} for all below one; empty: any. Others get 421
 * @param ambiguousPaths whether paths that can be read in two ways pass: dot segments beside an escaped slash, a backslash or
 *     a semicolon, and NUL. Only before origins that read them as this gateway does
 * @param maxFields the most fields of a request; more take a gateway's time out of proportion to their octets
 * @param cleartextUpgrade whether clients may go over to HTTP/2 without TLS by an Upgrade field; by prior knowledge they may
 */
@ConfigurationProperties(value = "tidemark.requests", ignoreUnknownFields = false)
record RequestProperties(
        @DefaultValue List<String> hosts,
        @DefaultValue("refuse") Ambiguous ambiguousPaths,
        @DefaultValue("200") int maxFields,
        @DefaultValue("false") boolean cleartextUpgrade) {
    RequestProperties {
        if (maxFields < 1) {
            throw new IllegalArgumentException("tidemark.requests.max-fields must be at least 1: " + maxFields);
        }
        hosts = hosts.stream().map(RequestProperties::host).toList();
    }

    enum Ambiguous {
        REFUSE,
        PASS
    }

    private static String host(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        Authority authority = Authority.parse(lower.startsWith("*.") ? lower.substring(2) : lower, "http");
        if (authority == null || authority.port() >= 0) {
            throw new IllegalArgumentException(
                    "tidemark.requests.hosts: \"" + text + "\" is no host such as shop.example or *.shop.example");
        }
        return lower.startsWith("*.") ? "*." + authority.host() : authority.host();
    }

    /** @param host in its canonical spelling */
    boolean serves(String host) {
        if (hosts.isEmpty()) {
            return true;
        }
        for (String served : hosts) {
            if (served.startsWith("*.") ? host.endsWith(served.substring(1)) : host.equals(served)) {
                return true;
            }
        }
        return false;
    }
}
