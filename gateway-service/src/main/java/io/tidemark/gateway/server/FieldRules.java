package io.tidemark.gateway.server;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * The client's fields that end here. Origins act upon them, each after its own fashion, and they are no part of the cache's
 * key: passed on, anybody could put an answer of their choice into the cache, or be who they like. A route's filters may add
 * them. So does a name with an underscore, which CGI and WSGI cannot tell from the one with a dash. Thread-safe.
 */
@Component
final class FieldRules {
    private static final List<String> PREFIXES =
            List.of("x-forwarded", "forwarded", "x-original-", "x-rewrite-", "x-edge-", "x-tidemark-");

    private static final Set<String> NAMES = Set.of(
            "proxy",
            "x-proxyuser-ip",
            "front-end-https",
            "x-host",
            "x-scheme",
            "x-url-scheme",
            "x-ssl",
            "x-arr-ssl",
            "x-http-host-override",
            "x-http-method",
            "x-http-method-override",
            "x-method-override",
            "x-http-path-override",
            "x-http-destinationurl",
            "x-method",
            "x-override-url",
            "x-proxy-url",
            "x-base-url",
            "base-url",
            "x-backend-host",
            "x-authenticated-user",
            "wl-proxy-client-ip",
            "x-middleware-subrequest",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-originating-ip",
            "x-remote-ip",
            "x-remote-addr",
            "x-true-client-ip",
            "true-client-ip",
            "client-ip",
            "fastly-client-ip",
            "cf-connecting-ip",
            "x-client-id",
            "x-edge-position",
            "x-remote-user",
            "remote-user");

    private final Set<String> removed;
    private final Set<String> kept;

    FieldRules(FieldProperties properties) {
        this.removed = new HashSet<>(NAMES);
        properties.remove().forEach(name -> removed.add(name.toLowerCase(Locale.ROOT)));
        this.kept = new HashSet<>();
        properties.keep().forEach(name -> kept.add(name.toLowerCase(Locale.ROOT)));
    }

    /** Takes away what ends here. */
    void apply(HttpHeaders fields) {
        List<String> ending = null;
        for (Map.Entry<String, String> field : fields) {
            if (endsHere(field.getKey())) {
                ending = ending == null ? new ArrayList<>() : ending;
                ending.add(field.getKey());
            }
        }
        if (ending != null) {
            ending.forEach(fields::remove);
        }
    }

    boolean endsHere(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean ends = lower.indexOf('_') >= 0 || removed.contains(lower) || hasPrefix(lower);
        return ends && !kept.contains(lower);
    }

    private static boolean hasPrefix(String name) {
        for (String prefix : PREFIXES) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
