package io.tidemark.gateway.server;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code tidemark.fields.*}: which of the client's fields go on to origins.
 *
 * @param remove names of fields that end here, beside those that always do
 * @param keep names of fields that go on though they would end here; origins must not act upon what anybody may have put there
 */
@ConfigurationProperties(value = "tidemark.fields", ignoreUnknownFields = false)
record FieldProperties(
        @DefaultValue List<String> remove, @DefaultValue List<String> keep) {
    FieldProperties {
        remove = names("remove", remove);
        keep = names("keep", keep);
    }

    private static List<String> names(String property, List<String> names) {
        for (String name : names) {
            if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
                throw new IllegalArgumentException(
                        "tidemark.fields." + property + ": \"" + name + "\" is no name of a field");
            }
        }
        return List.copyOf(names);
    }
}
