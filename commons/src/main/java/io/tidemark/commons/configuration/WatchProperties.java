package io.tidemark.commons.configuration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.configuration.*}: files whose changes count while the service runs.
 *
 * @param from files, or directories whose {@code .yml}, {@code .yaml} and {@code .properties} are read; none by default. The
 *     environment and the command line go before them, what is in the jar comes after them
 * @param every how often they are looked at; a change counts when two looks in a row saw the same
 */
@ConfigurationProperties("tidemark.configuration")
record WatchProperties(
        @DefaultValue List<Path> from, @DefaultValue("2s") Duration every) {
    WatchProperties {
        from = List.copyOf(from);
        if (!every.isPositive()) {
            throw new IllegalArgumentException("tidemark.configuration.every must be positive: " + every);
        }
    }
}
