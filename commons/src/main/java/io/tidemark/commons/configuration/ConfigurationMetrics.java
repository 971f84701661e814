package io.tidemark.commons.configuration;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The configuration in force, for dashboards: its version as a number, for a series of each version would stay for ever. */
final class ConfigurationMetrics implements MeterBinder {
    /** What a double holds exactly: 48 bits of a version. */
    private static final int HEXADECIMAL = 16;

    private final ConfigurationWatch watch;

    ConfigurationMetrics(ConfigurationWatch watch) {
        this.watch = watch;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("tidemark.configuration.version", watch, ConfigurationMetrics::number)
                .description(
                        "The version of the configuration in force as a number: equal files, equal numbers; 0 without"
                                + " files")
                .register(registry);
        Gauge.builder("tidemark.configuration.age", watch, of -> of.age().toSeconds())
                .description("For how long the configuration has been in force")
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("tidemark.configuration.refused", watch, of -> of.isRefused() ? 1 : 0)
                .description("1 while the files say a configuration that was refused")
                .register(registry);
        FunctionCounter.builder(
                        "tidemark.configuration.changes",
                        watch,
                        of -> of.standing().changes())
                .description("Configurations that came into force while the service ran")
                .register(registry);
    }

    private static double number(ConfigurationWatch watch) {
        String version = watch.version();
        return version == null ? 0 : Long.parseLong(version, HEXADECIMAL);
    }
}
