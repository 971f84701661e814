package io.tidemark.invalidation.sources;

import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.SourcesProperties.Allow;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a source may purge, as a decision. Pure. */
final class Permission {
    private static final String ANY = "*";
    private static final Pattern ONE_HOST = Pattern.compile("[^\\s/?#@*]+");

    private final Allow allow;
    private final List<Pattern> tags;
    private final List<String> hosts;

    Permission(Allow allow) {
        this.allow = allow;
        this.tags = allow.tags().stream().map(Permission::glob).toList();
        this.hosts = allow.hosts().stream().map(h -> h.toLowerCase(Locale.ROOT)).toList();
    }

    boolean includes(Target target) {
        return switch (target.kind()) {
            case ALL -> allow.all();
            case TAG -> tags.stream().anyMatch(t -> t.matcher(target.value()).matches());
            case HOST -> includesHost(oneHost(target.value()));
            case URL, PREFIX, PATTERN -> includesPlace(Place.of(target));
            case GROUP, INVALID -> false;
        };
    }

    private boolean includesPlace(Place place) {
        return includesHost(place.host() == null ? ANY : place.host())
                && allow.prefixes().stream().anyMatch(place.literalPath()::startsWith);
    }

    private boolean includesHost(String host) {
        return hosts.contains(ANY) || hosts.contains(host.toLowerCase(Locale.ROOT));
    }

    /** Without its port. */
    private static String oneHost(String value) {
        if (!ONE_HOST.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "host must be the name of one host, without a scheme or a path: \"" + value + '"');
        }
        return withoutPort(value);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > 0 && host.indexOf(']', colon) < 0 ? host.substring(0, colon) : host;
    }

    private static Pattern glob(String allowed) {
        return Pattern.compile(
                java.util.Arrays.stream(allowed.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
