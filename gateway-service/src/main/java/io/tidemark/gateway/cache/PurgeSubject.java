package io.tidemark.gateway.cache;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What purges match a stored response by.
 *
 * @param hosts the host that was asked for and the origin's own, in lower case, without ports
 * @param path the raw path of the request target, starting with a slash
 * @param query the raw query, null if the request target had no question mark
 * @param tags from {@code Cache-Groups}, {@code Surrogate-Key} and {@code Cache-Tag}
 */
public record PurgeSubject(
        List<String> hosts, String path, @Nullable String query, Set<String> tags) {
    public PurgeSubject {
        hosts = List.copyOf(hosts);
        tags = Set.copyOf(tags);
    }
}
