package io.tidemark.commons.configuration;

import org.jspecify.annotations.Nullable;

/** Why a configuration cannot be put in force, and where that is. Says no value: it may be a secret. */
public final class ConfigurationFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String property;
    private final @Nullable String place;
    private final String reason;

    /**
     * A fault.
     *
     * @param property whose value it is about; null where it is about a whole file
     * @param place the file, with line and column where they are known; null where no file is to blame
     */
    public ConfigurationFault(@Nullable String property, @Nullable String place, String reason) {
        super((place == null ? "" : place + ": ") + (property == null ? "" : property + ": ") + reason);
        this.property = property;
        this.place = place;
        this.reason = reason;
    }

    public @Nullable String property() {
        return property;
    }

    public @Nullable String place() {
        return place;
    }

    public String reason() {
        return reason;
    }
}
