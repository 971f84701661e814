package io.tidemark.invalidation.sources;

import io.tidemark.contracts.Place;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.sources.SourcesProperties.Allow;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a source may purge, as a decision. Pure. */
final class Permission {
    private static final String ANY = "*";

    private final Allow allow;
    private final List<Pattern> tags;
    private final List<String> hosts;

    Permission(Allow allow) {
        this.allow = allow;
        this.tags = allow.tags().stream().map(Permission::glob).toList();
        this.hosts =
                allow.hosts().stream().map(h -> h.equals(ANY) ? h : Host.of(h)).toList();
    }

    boolean includes(Target target) {
        return switch (target.kind()) {
            case ALL -> allow.all();
            case TAG -> tags.stream().anyMatch(t -> t.matcher(target.value()).matches());
            case HOST -> includesHost(Place.host(target.value()).orElseThrow());
            case URL, PREFIX, PATTERN -> includesPlace(target);
            case GROUP, SUBJECT, INVALID -> false;
        };
    }

    private boolean includesPlace(Target target) {
        Place place = target.place();
        String path = literalPath(target.kind(), place.rest());
        return includesHost(place.host().isEmpty() ? ANY : place.host())
                && allow.prefixes().stream().anyMatch(path::startsWith);
    }

    /** The path without its query, of a pattern the part before its first {@code *}. */
    private static String literalPath(Target.Kind kind, String rest) {
        return rest.split(kind == Target.Kind.PATTERN ? "[?*]" : "\\?", 2)[0];
    }

    private boolean includesHost(String host) {
        return hosts.contains(ANY) || hosts.contains(host);
    }

    private static Pattern glob(String allowed) {
        return Pattern.compile(
                java.util.Arrays.stream(allowed.split("\\*", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
