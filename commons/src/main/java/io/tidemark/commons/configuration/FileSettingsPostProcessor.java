package io.tidemark.commons.configuration;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;

/**
 * Reads the files of {@code tidemark.configuration.from} at the start: behind the environment and the command line, before what is in
 * the jar, profiles' files included. A file that is wrong ends the start.
 */
final class FileSettingsPostProcessor implements EnvironmentPostProcessor, Ordered {
    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        List<Path> from = Binder.get(environment)
                .bind("tidemark.configuration.from", Bindable.listOf(Path.class))
                .orElse(List.of());
        MutablePropertySources sources = environment.getPropertySources();
        if (from.isEmpty() || sources.contains(FileSettings.NAME)) {
            return;
        }
        FileSettings settings = FileSyntax.parse(FileContents.read(from));
        if (sources.contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
            sources.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, settings);
        } else {
            sources.addFirst(settings);
        }
    }
}
