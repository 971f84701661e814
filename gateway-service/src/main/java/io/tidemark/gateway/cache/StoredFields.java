package io.tidemark.gateway.cache;

import io.tidemark.commons.http.HttpDate;
import io.tidemark.gateway.http.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which fields of a response are stored (RFC 9111 §3.1). */
final class StoredFields {
    /** Hop-by-hop fields, and those that are for the proxy that received them. */
    private static final Set<String> NEVER = caseless(
            "Connection",
            "Keep-Alive",
            "Proxy-Connection",
            "Proxy-Authenticate",
            "Proxy-Authentication-Info",
            "Proxy-Authorization",
            "TE",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade");

    private StoredFields() {}

    /**
     * Without hop-by-hop fields, those that Connection names, and those that {@code no-cache="…"} or {@code private="…"}
     * names; with a Date if there is none (RFC 9110 §6.6.1).
     */
    static Headers of(ResponseHead response) {
        Set<String> left = caseless();
        left.addAll(listed(response.headers().all("Connection")));
        left.addAll(response.directives().control().fieldNames("no-cache"));
        left.addAll(response.directives().control().fieldNames("private"));
        Headers stored =
                response.headers().filtered(field -> !NEVER.contains(field.name()) && !left.contains(field.name()));
        return stored.has("Date") ? stored : stored.with("Date", HttpDate.format(response.responseTime()));
    }

    private static Set<String> listed(List<String> lines) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : lines) {
            for (String name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    static Set<String> caseless(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }
}
