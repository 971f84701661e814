package io.tidemark.gateway.cache;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the answer to an unsafe request makes invalid (RFC 9111 §4.4, RFC 9875).
 *
 * @param targets request targets (path and query) on the request's own scheme, host and port, the request's own among them
 * @param groups cache groups that the response names in Cache-Group-Invalidation
 */
public record Invalidation(Set<String> targets, Set<String> groups) {
    public Invalidation {
        targets = Set.copyOf(targets);
        groups = Set.copyOf(groups);
    }

    static Optional<Invalidation> of(PresentedRequest request, ResponseHead response) {
        if (request.isSafe() || response.status() < 200 || response.status() >= 400) {
            return Optional.empty();
        }
        Set<String> targets = new LinkedHashSet<>();
        targets.add(target(request.path(), request.query()));
        addSameOrigin(request, response.headers().first("Location"), targets);
        addSameOrigin(request, response.headers().first("Content-Location"), targets);
        return Optional.of(new Invalidation(targets, Tags.invalidated(response.headers())));
    }

    private static void addSameOrigin(PresentedRequest request, @Nullable String reference, Set<String> targets) {
        if (reference == null) {
            return;
        }
        try {
            URI base = URI.create(
                    request.scheme() + "://" + request.authority() + target(request.path(), request.query()));
            String stripped = reference.strip();
            // java.net.URI takes the last segment of the path away before a query (RFC 3986 §5.2.2 keeps it).
            URI uri = base.resolve(stripped.startsWith("?") ? request.path() + stripped : stripped)
                    .normalize();
            if (request.scheme().equalsIgnoreCase(uri.getScheme())
                    && authority(request.scheme(), request.authority())
                            .equals(authority(request.scheme(), uri.getRawAuthority()))) {
                String path = uri.getRawPath();
                targets.add(target(path == null || path.isEmpty() ? "/" : path, uri.getRawQuery()));
            }
        } catch (IllegalArgumentException notAUri) {
            // Names nothing that could be stored here.
        }
    }

    /** Without the scheme's own port, in lower case (RFC 9110 §4.2.3). */
    private static String authority(String scheme, @Nullable String authority) {
        String lower = authority == null ? "" : authority.toLowerCase(Locale.ROOT);
        for (String port : List.of(scheme.equalsIgnoreCase("https") ? ":443" : ":80", ":")) {
            if (lower.endsWith(port)) {
                return lower.substring(0, lower.length() - port.length());
            }
        }
        return lower;
    }

    private static String target(String path, @Nullable String query) {
        return query == null ? path : path + '?' + query;
    }
}
