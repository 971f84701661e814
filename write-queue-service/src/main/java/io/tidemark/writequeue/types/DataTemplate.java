package io.tidemark.writequeue.types;

import io.tidemark.commons.problems.Violation;
import io.tidemark.commons.templates.JsonText;
import io.tidemark.commons.templates.Template;
import io.tidemark.commons.templates.UnfillableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/**
 * A {@link Template} whose places are members of a write's data, as {@code product:{id}} or {@code {/customer/id}} (RFC 6901).
 * Only {@linkplain JsonText strings, whole numbers and booleans} fill a place. Immutable.
 */
public final class DataTemplate {
    private final Template template;
    private final Map<String, JsonPointer> pointers = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if a place is no member name and no JSON pointer */
    DataTemplate(String text, Template.Syntax syntax) {
        template = Template.parse(text, syntax);
        template.places()
                .forEach(place -> pointers.put(
                        place,
                        place.startsWith("/")
                                ? JsonPointer.compile(place)
                                : JsonPointer.empty().appendProperty(place)));
    }

    /** What this data has that does not fill the places, for what the template is used for. */
    List<Violation> violationsOf(JsonNode data, String use) {
        List<Violation> unusable = pointers.values().stream()
                .filter(pointer -> JsonText.of(data.at(pointer)).isEmpty())
                .map(pointer -> new Violation("/data" + pointer, JsonText.USABLE + ": " + use + " needs it"))
                .toList();
        if (!unusable.isEmpty()) {
            return unusable;
        }
        try {
            fill(data);
            return List.of();
        } catch (UnfillableException refused) {
            return List.of(
                    new Violation("/data" + pointer(refused.place()), refused.detail() + ": " + use + " needs it"));
        }
    }

    /**
     * The text, filled.
     *
     * @throws IllegalArgumentException if the data does not fill it
     */
    public String fill(JsonNode data) {
        return template.fill(place -> JsonText.of(data.at(pointer(place))).orElse(""));
    }

    private JsonPointer pointer(String place) {
        return Objects.requireNonNull(pointers.get(place), place);
    }

    @Override
    public String toString() {
        return template.toString();
    }
}
