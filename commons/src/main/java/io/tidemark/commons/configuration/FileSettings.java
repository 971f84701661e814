package io.tidemark.commons.configuration;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.env.PropertySourceInfo;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.env.EnumerablePropertySource;

/** The properties of all configuration files, as they were read at one time, each with its file and line. Immutable. */
final class FileSettings extends EnumerablePropertySource<Map<String, OriginTrackedValue>>
        implements OriginLookup<String>, PropertySourceInfo {
    /** Its name among an environment's property sources. */
    static final String NAME = "tidemark.configuration";

    private final FileContents contents;
    private final String version;

    FileSettings(FileContents contents, Map<String, OriginTrackedValue> settings) {
        super(NAME, Collections.unmodifiableMap(settings));
        this.contents = contents;
        this.version = contents.version();
    }

    FileContents contents() {
        return contents;
    }

    String version() {
        return version;
    }

    List<String> files() {
        return contents.files();
    }

    @Override
    public String[] getPropertyNames() {
        return source.keySet().toArray(String[]::new);
    }

    @Override
    public boolean containsProperty(String name) {
        return source.containsKey(name);
    }

    @Override
    public @Nullable Object getProperty(String name) {
        OriginTrackedValue value = source.get(name);
        return value == null ? null : value.getValue();
    }

    @Override
    public @Nullable Origin getOrigin(String name) {
        OriginTrackedValue value = source.get(name);
        return value == null ? null : value.getOrigin();
    }

    @Override
    public boolean isImmutable() {
        return true;
    }
}
