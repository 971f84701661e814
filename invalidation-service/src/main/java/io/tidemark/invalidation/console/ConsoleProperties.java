package io.tidemark.invalidation.console;

import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The console. Without {@code open} and without users nobody may see anything on it.
 *
 * @param open whether everybody may see all and do all; for one machine only
 * @param users by name
 * @param streams how many pages are told of changes at once; past them 503
 */
@ConfigurationProperties(value = "tidemark.console", ignoreUnknownFields = false)
record ConsoleProperties(
        @DefaultValue("false") boolean open,
        @DefaultValue Map<String, User> users,
        @DefaultValue("50") int streams) {
    private static final Pattern ENCODED = Pattern.compile("\\{(?!noop)[A-Za-z0-9@._-]+}.+");

    ConsoleProperties {
        users = Map.copyOf(users);
        if (streams < 1) {
            throw new IllegalArgumentException("tidemark.console.streams must be at least 1: " + streams);
        }
        users.forEach((name, user) -> {
            if (!ENCODED.matcher(user.password()).matches()) {
                throw new IllegalArgumentException("tidemark.console.users." + name
                        + ".password must be one that is encoded, such as {bcrypt}$2a$10$…; see docs/console.md");
            }
        });
    }

    /** What somebody may do. */
    enum Role {
        /** See everything. */
        READING,
        /** And act. */
        OPERATING
    }

    /**
     * Somebody who may log in.
     *
     * @param password encoded, with the name of how in braces before it
     * @param role what they may do
     */
    @ConfigurationPropertiesSource
    record User(
            @DefaultValue("") String password,
            @DefaultValue("reading") Role role) {
        @Override
        public String toString() {
            return "User[role=" + role + ']'; // not the password
        }
    }
}
