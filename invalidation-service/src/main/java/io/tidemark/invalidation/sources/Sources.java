package io.tidemark.invalidation.sources;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.stereotype.Component;

/** The configured sources by name. Immutable. */
@Component
public class Sources {
    private static final String KNOWN_SECRET = "whsec_dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==";

    private final Map<String, Source> byName = new TreeMap<>();

    /** @throws IllegalArgumentException if a source is not rightly configured; the message names the property */
    @Autowired
    Sources(Environment environment) {
        this(SourcesProperties.of(Binder.get(environment)), environment.acceptsProfiles(Profiles.of("local")));
    }

    /** @param local whether the secret that everybody knows will do */
    public Sources(SourcesProperties properties, boolean local) {
        properties.sources().forEach((name, source) -> {
            if (!local && source.secrets().contains(KNOWN_SECRET)) {
                throw new IllegalArgumentException("tidemark.sources." + name
                        + ".secrets holds the secret of the local suite, which everybody knows; make one of your own:"
                        + " echo whsec_$(openssl rand -base64 32)");
            }
        });
        properties.sources().forEach((name, source) -> byName.put(name, new Source(name, source)));
    }

    public Collection<Source> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    public Optional<Source> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }
}
