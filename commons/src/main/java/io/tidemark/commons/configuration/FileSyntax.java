package io.tidemark.commons.configuration;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.PropertySource;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads properties out of the contents of files, with the place of each, by Boot's own loaders. */
final class FileSyntax {
    private static final PropertySourceLoader YAML = new YamlPropertySourceLoader();
    private static final PropertySourceLoader PROPERTIES = new PropertiesPropertySourceLoader();

    /** What says which files there are is said before they are read. */
    private static final List<ConfigurationPropertyName> NOT_HERE = List.of(
            ConfigurationPropertyName.of("spring.config"),
            ConfigurationPropertyName.of("spring.profiles"),
            ConfigurationPropertyName.of("spring.main"),
            ConfigurationPropertyName.of("tidemark.configuration"));

    private FileSyntax() {}

    /**
     * All properties of the files.
     *
     * @throws ConfigurationFault if one is malformed, says what is not for it to say, or says what another one says, too
     */
    static FileSettings parse(FileContents contents) {
        Map<String, OriginTrackedValue> all = new LinkedHashMap<>();
        Map<ConfigurationPropertyName, String> places = new HashMap<>();
        for (FileContents.Content content : contents.contents()) {
            for (PropertySource<?> document : documents(content)) {
                OriginTrackedMapPropertySource settings = (OriginTrackedMapPropertySource) document;
                for (String name : settings.getPropertyNames()) {
                    Origin origin = settings.getOrigin(name);
                    String place = place(content.file(), origin);
                    ConfigurationPropertyName canonical = ConfigurationPropertyName.adapt(name, '.');
                    if (NOT_HERE.stream().anyMatch(root -> root.equals(canonical) || root.isAncestorOf(canonical))) {
                        throw new ConfigurationFault(name, place, "is not for a file that may change");
                    }
                    String before = places.put(canonical, place);
                    if (before != null) {
                        throw new ConfigurationFault(name, place, "is said twice, here and at " + before);
                    }
                    all.put(name, OriginTrackedValue.of(settings.getProperty(name), new Place(place)));
                }
            }
        }
        return new FileSettings(contents, all);
    }

    /** Where a property stands: the file, the line. */
    private record Place(String text) implements Origin {
        @Override
        public String toString() {
            return text;
        }
    }

    private static String place(Path file, @Nullable Origin origin) {
        return origin instanceof TextResourceOrigin text && text.getLocation() != null
                ? file + ":" + (text.getLocation().getLine() + 1)
                : file.toString();
    }

    private static List<PropertySource<?>> documents(FileContents.Content content) {
        Path file = content.file();
        boolean isProperties = file.toString().endsWith(".properties");
        try {
            return (isProperties ? PROPERTIES : YAML).load(file.toString(), content.resource());
        } catch (MarkedYAMLException malformed) {
            Mark mark = malformed.getProblemMark();
            throw new ConfigurationFault(
                    null,
                    mark == null ? file.toString() : file + ":" + (mark.getLine() + 1),
                    "is no YAML: " + malformed.getProblem()); // its message shows the lines around
        } catch (IOException | RuntimeException malformed) {
            throw new ConfigurationFault(
                    null,
                    file.toString(),
                    "cannot be read: " + malformed.getClass().getSimpleName());
        }
    }
}
