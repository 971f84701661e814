package io.tidemark.commons.configuration;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Looks at the configuration files, by their contents: mounts of other machines and of clusters tell of no change. What two looks in a
 * row have seen is prepared by each {@link Reloadable} that it concerns, then put in force by all; or refused as a whole, said once, and
 * tried again only when the files say something else. Thread-safe; one thread of its own.
 */
public final class ConfigurationWatch implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(ConfigurationWatch.class);

    private final WatchProperties properties;
    private final ConfigurableEnvironment environment;
    private final Supplier<List<Reloadable>> parts;
    private final InstantSource clock;
    private @Nullable ScheduledExecutorService looks;
    private String settled;
    private String seen = "";
    private volatile ConfigurationStanding standing;

    ConfigurationWatch(
            WatchProperties properties,
            ConfigurableEnvironment environment,
            Supplier<List<Reloadable>> parts,
            InstantSource clock) {
        this.properties = properties;
        this.environment = environment;
        this.parts = parts;
        this.clock = clock;
        FileSettings known = inForce();
        this.settled = known == null ? "" : known.contents().digest();
        this.standing = new ConfigurationStanding(
                known == null ? null : known.version(),
                clock.instant(),
                known == null ? List.of() : known.files(),
                0,
                List.of(),
                null);
    }

    private @Nullable FileSettings inForce() {
        return environment.getPropertySources().get(FileSettings.NAME) instanceof FileSettings known ? known : null;
    }

    /** What is in force, and what was refused. */
    public ConfigurationStanding standing() {
        ConfigurationStanding now = standing;
        Set<String> changeable = new TreeSet<>();
        parts.get().forEach(part -> changeable.addAll(part.properties()));
        return new ConfigurationStanding(
                now.version(), now.since(), now.files(), now.changes(), List.copyOf(changeable), now.refused());
    }

    /** The version in force, null without files. */
    public @Nullable String version() {
        return standing.version();
    }

    /** Whether the files say something that was refused. */
    boolean isRefused() {
        return standing.refused() != null;
    }

    /** For how long what is in force has been. */
    Duration age() {
        return Duration.between(standing.since(), clock.instant());
    }

    /** What a look finds. */
    private sealed interface Look {
        record Read(FileContents contents) implements Look {
            @Override
            public String digest() {
                return contents.digest();
            }
        }

        record Unreadable(ConfigurationFault fault) implements Look {
            @Override
            public String digest() {
                return String.valueOf(fault.getMessage());
            }
        }

        String digest();
    }

    /** One look at the files. */
    synchronized void look() {
        Look look = read();
        boolean isStill = look.digest().equals(seen);
        seen = look.digest();
        if (!isStill || look.digest().equals(settled)) {
            return; // being written, or known
        }
        settled = look.digest();
        try {
            switch (look) {
                case Look.Unreadable(ConfigurationFault fault) -> throw fault;
                case Look.Read(FileContents contents) -> change(contents);
            }
        } catch (ConfigurationFault fault) {
            refuse(fault);
        }
    }

    private Look read() {
        try {
            return new Look.Read(FileContents.read(properties.from()));
        } catch (ConfigurationFault fault) {
            return new Look.Unreadable(fault);
        }
    }

    private void change(FileContents contents) {
        FileSettings before = inForce();
        if (before == null) {
            throw new ConfigurationFault(null, null, "the service was started without files");
        }
        if (before.contents().digest().equals(contents.digest())) {
            standing = stands(before, standing, false);
            log.info("The configuration is again the one in force: version {}", standing.version());
            return;
        }
        FileSettings after = FileSyntax.parse(contents);
        Candidate candidate = new Candidate(environment, after);
        List<Runnable> prepared = concerned(candidate).stream()
                .map(part -> prepare(part, candidate))
                .toList();
        environment.getPropertySources().replace(FileSettings.NAME, after);
        for (Runnable applied : prepared) {
            try {
                applied.run();
            } catch (RuntimeException bug) {
                log.error("A part of the configuration is not in force, which was prepared", bug);
            }
        }
        standing = stands(after, standing, true);
        log.info(
                "The configuration has changed: version {}, {} properties",
                standing.version(),
                candidate.changed().size());
    }

    private ConfigurationStanding stands(FileSettings settings, ConfigurationStanding last, boolean isNew) {
        return new ConfigurationStanding(
                settings.version(),
                isNew ? clock.instant() : last.since(),
                settings.files(),
                last.changes() + (isNew ? 1 : 0),
                List.of(),
                null);
    }

    /** Those that take one of the changed properties; all of these must be taken by one. */
    private List<Reloadable> concerned(Candidate candidate) {
        List<Reloadable> all = parts.get();
        for (ConfigurationPropertyName changed : candidate.changed()) {
            if (all.stream().noneMatch(part -> takes(part, changed))) {
                throw candidate.fault(changed.toString(), "cannot change while the service runs");
            }
        }
        return all.stream()
                .filter(part -> candidate.changed().stream().anyMatch(changed -> takes(part, changed)))
                .toList();
    }

    private static boolean takes(Reloadable part, ConfigurationPropertyName changed) {
        return part.properties().stream()
                .map(ConfigurationPropertyName::of)
                .anyMatch(root -> root.equals(changed) || root.isAncestorOf(changed));
    }

    private static Runnable prepare(Reloadable part, Candidate candidate) {
        try {
            return part.prepare(candidate);
        } catch (RuntimeException failure) {
            throw candidate.fault(part.properties().iterator().next(), failure);
        }
    }

    private void refuse(ConfigurationFault fault) {
        ConfigurationStanding last = standing;
        standing = new ConfigurationStanding(
                last.version(),
                last.since(),
                last.files(),
                last.changes(),
                List.of(),
                new ConfigurationStanding.Refused(clock.instant(), fault.property(), fault.place(), fault.reason()));
        log.warn(
                "The changed configuration is refused as a whole, version {} stays in force: {}",
                last.version(),
                fault.getMessage());
    }

    @Override
    public synchronized void start() {
        if (looks == null && !properties.from().isEmpty()) {
            looks = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("configuration").daemon().factory());
            long every = properties.every().toNanos();
            var _ = looks.scheduleWithFixedDelay(this::lookSafely, every, every, TimeUnit.NANOSECONDS);
        }
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException bug) {
            log.error("The configuration files could not be looked at", bug);
        }
    }

    @Override
    public synchronized void stop() {
        if (looks != null) {
            looks.shutdownNow();
            looks = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return looks != null;
    }
}
