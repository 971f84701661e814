package io.tidemark.commons.redis;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;

/**
 * Spreads {@code spring.data.redis.url} over Boot's other properties, so that they complete one another: Boot lets a URL overrule
 * a password, a user and a database that are set beside it. What the URL says counts, what it leaves open the properties say.
 * An empty URL is none; {@code redis-sentinel://host:port,host:port/0#master} and {@code rediss-sentinel://} are taken too.
 */
final class RedisAddress {
    private static final String SENTINEL = "-sentinel";
    private static final int SENTINEL_PORT = 26379;

    private RedisAddress() {}

    /**
     * Spreads the URL, and asks for a cluster where one is said to be there.
     *
     * @param cluster whether the address is one node of a Redis Cluster ({@code tidemark.redis.cluster})
     * @throws IllegalArgumentException if the URL cannot be understood; the message does not contain it, for it may hold a password
     */
    static void spread(DataRedisProperties properties, boolean cluster) {
        String url = properties.getUrl();
        if (url != null && url.isBlank()) {
            properties.setUrl(null);
        } else if (url != null) {
            spread(url.strip(), properties);
            properties.setUrl(null);
        }
        if (cluster && properties.getCluster() == null) {
            var seeds = new DataRedisProperties.Cluster();
            seeds.setNodes(List.of(properties.getHost() + ':' + properties.getPort()));
            properties.setCluster(seeds);
        }
    }

    private static void spread(String url, DataRedisProperties properties) {
        int colon = url.indexOf("://");
        String scheme = colon < 0 ? "" : url.substring(0, colon);
        boolean sentinel = scheme.endsWith(SENTINEL);
        String plain = sentinel ? scheme.substring(0, scheme.length() - SENTINEL.length()) : scheme;
        if (!plain.equals("redis") && !plain.equals("rediss")) {
            throw invalid("it must begin with redis://, rediss://, redis-sentinel:// or rediss-sentinel://");
        }
        if (plain.equals("rediss")) {
            properties.getSsl().setEnabled(true);
        }
        String rest = url.substring(colon + 3);
        String fragment = after(rest, '#').orElse("");
        String path = after(before(rest, '#', '?'), '/').orElse("");
        String authority = before(rest, '/', '#', '?');
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            credentials(authority.substring(0, at), properties);
        }
        if (!path.isEmpty()) {
            properties.setDatabase(database(path));
        }
        List<String> nodes = Arrays.asList(authority.substring(at + 1).split(",", -1));
        if (sentinel) {
            sentinel(nodes, fragment, properties);
        } else if (nodes.size() > 1) {
            var seeds = new DataRedisProperties.Cluster();
            seeds.setNodes(nodes);
            properties.setCluster(seeds);
        } else {
            Node node = Node.of(nodes.getFirst(), properties.getPort());
            properties.setHost(node.host());
            properties.setPort(node.port());
        }
    }

    private static void sentinel(List<String> nodes, String master, DataRedisProperties properties) {
        if (master.isEmpty()) {
            throw invalid("a URL of sentinels ends with # and the name of the master");
        }
        DataRedisProperties.Sentinel sentinel =
                Optional.ofNullable(properties.getSentinel()).orElseGet(DataRedisProperties.Sentinel::new);
        sentinel.setMaster(decoded(master));
        sentinel.setNodes(nodes.stream()
                .map(node -> Node.of(node, SENTINEL_PORT))
                .map(node -> node.host() + ':' + node.port())
                .toList());
        properties.setSentinel(sentinel);
    }

    private static void credentials(String userInfo, DataRedisProperties properties) {
        int colon = userInfo.indexOf(':');
        // without a colon it is a password, as Redis' own clients take it
        if (colon > 0) {
            properties.setUsername(decoded(userInfo.substring(0, colon)));
        }
        String password = decoded(userInfo.substring(colon + 1));
        if (!password.isEmpty()) {
            properties.setPassword(password);
        }
    }

    private static int database(String path) {
        try {
            return Integer.parseInt(path);
        } catch (NumberFormatException notOne) {
            throw invalid("what follows the first slash must be the number of a database");
        }
    }

    private record Node(String host, int port) {
        static Node of(String text, int defaultPort) {
            try {
                URI uri = URI.create("redis://" + text);
                if (uri.getHost() != null) {
                    return new Node(uri.getHost(), uri.getPort() < 0 ? defaultPort : uri.getPort());
                }
            } catch (IllegalArgumentException malformed) {
                throw invalid("it names no host");
            }
            throw invalid("it names no host");
        }
    }

    private static String before(String text, char... ends) {
        int end = text.length();
        for (char c : ends) {
            int found = text.indexOf(c);
            end = found >= 0 ? Math.min(end, found) : end;
        }
        return text.substring(0, end);
    }

    private static Optional<String> after(@Nullable String text, char begin) {
        int found = text == null ? -1 : text.indexOf(begin);
        return text == null || found < 0 ? Optional.empty() : Optional.of(text.substring(found + 1));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException invalid(String why) {
        return new IllegalArgumentException("spring.data.redis.url cannot be understood: " + why);
    }
}
