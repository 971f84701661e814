package io.tidemark.commons.configuration;

import io.tidemark.commons.outage.Outage;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.convert.ConverterNotFoundException;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/** The whole configuration as it would be with the files as they are now. Binds strictly: what files say must mean something. */
public final class Candidate {
    private static final String SECRETS = ".*(secret|password|token|key|credential|jaas).*";

    private final FileSettings settings;
    private final ConfigurableEnvironment environment;
    private final Binder binder;
    private final Set<ConfigurationPropertyName> changed;

    /** @param current the environment with the settings that are in force, if any are */
    Candidate(ConfigurableEnvironment current, FileSettings settings) {
        this.settings = settings;
        this.environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        Stream.of(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)
                .forEach(sources::remove);
        current.getPropertySources().stream()
                .filter(source -> !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .map(source -> source.getName().equals(FileSettings.NAME) ? settings : source)
                .forEach(sources::addLast);
        ConfigurationPropertySources.attach(environment);
        this.binder = Binder.get(environment);
        this.changed = changed(
                current.getPropertySources().get(FileSettings.NAME) instanceof FileSettings known ? known : null,
                settings);
    }

    private static Set<ConfigurationPropertyName> changed(@Nullable FileSettings before, FileSettings after) {
        Map<ConfigurationPropertyName, Object> old = values(before);
        Map<ConfigurationPropertyName, Object> now = values(after);
        Set<ConfigurationPropertyName> changed = new HashSet<>(old.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(name -> Objects.equals(old.get(name), now.get(name)));
        return changed;
    }

    private static Map<ConfigurationPropertyName, Object> values(@Nullable FileSettings settings) {
        Map<ConfigurationPropertyName, Object> values = new TreeMap<>();
        if (settings != null) {
            settings.getSource()
                    .forEach((name, value) ->
                            values.put(ConfigurationPropertyName.adapt(name, '.'), String.valueOf(value.getValue())));
        }
        return values;
    }

    /** What the files say otherwise than those in force. */
    Set<ConfigurationPropertyName> changed() {
        return changed;
    }

    /** The whole configuration, for what is no property of a record. */
    public Environment environment() {
        return environment;
    }

    /**
     * Binds what is below a property, or its defaults where nothing is said.
     *
     * @throws ConfigurationFault if it cannot be, or if files say something there that means nothing
     */
    public <T> T bind(String property, Bindable<T> type) {
        BindHandler strict = new NoUnboundElementsBindHandler(
                BindHandler.DEFAULT, source -> source.getUnderlyingSource() instanceof FileSettings);
        try {
            return binder.bindOrCreate(property, type, strict);
        } catch (BindException failure) {
            throw fault(failure);
        }
    }

    private ConfigurationFault fault(BindException failure) {
        if (failure.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            ConfigurationProperty first =
                    unbound.getUnboundProperties().iterator().next();
            return fault(first.getName().toString(), "there is no such property");
        }
        return fault(failure.getName().toString(), failure.getCause() == null ? failure : failure.getCause());
    }

    /** A fault of a property, or of those below it. */
    public ConfigurationFault fault(String property, Throwable failure) {
        if (failure instanceof ConfigurationFault known) {
            return known;
        }
        return fault(property, isSecret(property) ? "is not valid" : reason(failure));
    }

    /** The same, with a reason that has no secret. */
    public ConfigurationFault fault(String property, String reason) {
        ConfigurationPropertyName named = ConfigurationPropertyName.adapt(property, '.');
        String said = told(reason, named);
        String place = place(said == null ? named : ConfigurationPropertyName.adapt(said, '.'));
        return new ConfigurationFault(said == null ? property : said, place, reason);
    }

    private static boolean isSecret(String property) {
        return property.toLowerCase(Locale.ROOT).matches(SECRETS);
    }

    /** Never the value, which conversions repeat. */
    private static String reason(Throwable failure) {
        return switch (failure) {
            case ConversionFailedException conversion ->
                "is no " + conversion.getTargetType().getType().getSimpleName();
            case ConverterNotFoundException missing ->
                "is no "
                        + Objects.requireNonNull(missing.getTargetType())
                                .getType()
                                .getSimpleName();
            default -> Outage.sentence(failure);
        };
    }

    /** The property below the named one that a sentence is about: many name the one that must change. */
    private @Nullable String told(String reason, ConfigurationPropertyName named) {
        return Stream.of(settings.getPropertyNames())
                .filter(name -> reason.matches("(?s)(.*[^\\w.\\[-])?" + Pattern.quote(name) + "([^\\w.\\[-].*)?"))
                .filter(name -> named.isAncestorOf(ConfigurationPropertyName.adapt(name, '.')))
                .max(Comparator.comparingInt(String::length))
                .orElse(null);
    }

    /** Where files say the property, or the first below it that has changed, or any below it. */
    private @Nullable String place(ConfigurationPropertyName property) {
        @Nullable String below = null;
        @Nullable String belowChanged = null;
        for (Map.Entry<String, ?> setting : settings.getSource().entrySet()) {
            ConfigurationPropertyName name = ConfigurationPropertyName.adapt(setting.getKey(), '.');
            String here = String.valueOf(settings.getOrigin(setting.getKey()));
            if (name.equals(property)) {
                return here;
            }
            if (property.isAncestorOf(name)) {
                below = below == null ? here : below;
                belowChanged = belowChanged == null && changed.contains(name) ? here : belowChanged;
            }
        }
        return belowChanged == null ? below : belowChanged;
    }
}
