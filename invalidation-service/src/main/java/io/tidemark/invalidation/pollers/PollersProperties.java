package io.tidemark.invalidation.pollers;

import io.tidemark.invalidation.sources.NamedProperties;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is polled, {@code tidemark.pollers.<name>}.
 *
 * @param pollers by name, which is also the {@code source} of their purges
 */
public record PollersProperties(Map<String, Poller> pollers) {
    /**
     * Reads them.
     *
     * @throws org.springframework.boot.context.properties.bind.BindException naming the property that is not right
     */
    static PollersProperties of(Binder binder) {
        return new PollersProperties(NamedProperties.below("tidemark.pollers", Poller.class, binder));
    }

    public PollersProperties {
        pollers = Map.copyOf(pollers);
    }

    /** What a poller asks for. */
    public enum Kind {
        /** A feed of changes, asked for what came after a cursor. */
        CHANGES,
        /** One value that is another one after each change. */
        VERSION
    }

    /**
     * One poller.
     *
     * @param kind a feed of changes, or one version
     * @param url what is asked; for changes, {@code since=<cursor>} is added to the query
     * @param interval between the end of one poll and the next; after failures up to {@code maxBackoff}, with jitter
     * @param timeout of one poll
     * @param maxBackoff the longest pause after failures
     * @param targets what is purged. For changes filled in from each change, as {@code tag: "product:{id}"}; for a
     *     version as it is written
     * @param whenLost what is purged when the feed no longer reaches back to the cursor (410); only for changes
     * @param items a JSON pointer to the changes in the answer
     * @param next a JSON pointer to the next cursor in the answer, and in a 410's
     * @param value a JSON pointer to the version in the answer; without one, its entity tag, else its body
     */
    @ConfigurationPropertiesSource
    public record Poller(
            Kind kind,
            URI url,
            @DefaultValue("5s") Duration interval,
            @DefaultValue("5s") Duration timeout,
            @DefaultValue("1m") Duration maxBackoff,
            @DefaultValue List<Map<String, String>> targets,
            @DefaultValue List<Map<String, String>> whenLost,
            @DefaultValue("/changes") String items,
            @DefaultValue("/next") String next,
            @Nullable String value) {
        public Poller {
            targets = List.copyOf(targets);
            whenLost = List.copyOf(whenLost);
        }

        void validate(String property) {
            if (kind == null) {
                throw new IllegalArgumentException(property + ".kind must be changes or version");
            }
            if (url == null || url.getHost() == null) {
                throw new IllegalArgumentException(property + ".url must be an absolute URL");
            }
            if (!interval.isPositive() || !timeout.isPositive() || maxBackoff.compareTo(interval) < 0) {
                throw new IllegalArgumentException(property
                        + ".interval and .timeout must be positive, .max-backoff not shorter than the interval");
            }
            if (targets.isEmpty()) {
                throw new IllegalArgumentException(property + ".targets must hold at least one target");
            }
            if (kind == Kind.CHANGES && whenLost.isEmpty()) {
                throw new IllegalArgumentException(
                        property + ".when-lost must say what to purge when changes were missed, as [{all: true}]");
            }
        }
    }
}
