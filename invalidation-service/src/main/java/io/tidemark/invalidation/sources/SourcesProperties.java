package io.tidemark.invalidation.sources;

import io.tidemark.contracts.Purge;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The origins that may purge, {@code tidemark.sources.<name>}.
 *
 * @param sources by name
 */
public record SourcesProperties(Map<String, SourceProperties> sources) {
    /**
     * Reads them.
     *
     * @throws org.springframework.boot.context.properties.bind.BindException naming the property that is not right
     */
    public static SourcesProperties of(Binder binder) {
        return new SourcesProperties(NamedProperties.below("tidemark.sources", SourceProperties.class, binder));
    }

    public SourcesProperties {
        sources = Map.copyOf(sources);
    }

    /**
     * One source.
     *
     * @param scheme how it signs
     * @param secrets its secrets; several at once while they are rotated. For the scheme {@code standard}
     *     {@code whsec_<base64>} of at least 24 bytes, for {@code github} any text of at least 16
     * @param readTokens tokens of at least 24 characters that read the receipts of its purges
     * @param allow what it may purge; nothing unless configured
     * @param rateLimit how many requests it may make in a second, on all instances together
     * @param patternRate how many patterns it may purge in an hour, on all instances together: each burdens every lookup of
     *     the gateways
     * @param repurgeAfter the same purge once more after this time, for origins whose replicas lag; 0 for not
     * @param subjects whether it may erase persons; only with the scheme {@code standard}, for the other signs no time and no path
     * @param events its events by type
     */
    @ConfigurationPropertiesSource
    public record SourceProperties(
            @DefaultValue("standard") Scheme scheme,
            @DefaultValue List<String> secrets,
            @DefaultValue List<String> readTokens,
            @DefaultValue Allow allow,
            @DefaultValue("1000") int rateLimit,
            @DefaultValue("1000") int patternRate,
            @DefaultValue("0s") Duration repurgeAfter,
            @DefaultValue("false") boolean subjects,
            @DefaultValue Map<String, EventRule> events) {
        public SourceProperties {
            secrets = List.copyOf(secrets);
            readTokens = List.copyOf(readTokens);
            events = Map.copyOf(events);
        }
    }

    /**
     * What a source may purge.
     *
     * @param tags allowed tags; {@code *} stands for any characters
     * @param hosts allowed hosts; {@code *} alone for every host, which targets without a host need
     * @param prefixes what the path of a url, prefix or pattern must start with
     * @param all whether it may purge everything
     */
    public record Allow(
            @DefaultValue List<String> tags,
            @DefaultValue List<String> hosts,
            @DefaultValue List<String> prefixes,
            @DefaultValue("false") boolean all) {
        public Allow {
            tags = List.copyOf(tags);
            hosts = List.copyOf(hosts);
            prefixes = List.copyOf(prefixes);
        }
    }

    /**
     * What an event of one type purges.
     *
     * @param targets targets whose values hold {@code {paths}} into the event, as {@code tag: "product:{data.id}"}
     * @param mode what becomes of what is covered
     */
    @ConfigurationPropertiesSource
    public record EventRule(
            @DefaultValue List<Map<String, String>> targets,
            @DefaultValue("hard") Purge.Mode mode) {
        public EventRule {
            targets = List.copyOf(targets);
        }
    }
}
