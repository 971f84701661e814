package io.tidemark.commons.json;

import io.tidemark.commons.problems.Shown;
import io.tidemark.commons.problems.Violation;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The names that something has, of an object's members or a query's parameters. Another one is refused, with the name that
 * was meant: a member that is passed over in silence is a wish that is not heard.
 *
 * @param of what has them, as {@code a purge}
 */
public record Members(String of, List<String> names) {
    public Members {
        names = List.copyOf(names);
    }

    public static Members of(String what, String... names) {
        return new Members(what, List.of(names));
    }

    /** What is said of each member of the object that is none of these; of what is no object nothing. */
    public List<Violation> unknown(JsonNode object, String pointer) {
        return object.propertyNames().stream()
                .filter(name -> !names.contains(name))
                .map(name -> new Violation(
                        pointer + '/' + Shown.of(name.replace("~", "~0").replace("/", "~1")), refusal(name)))
                .toList();
    }

    /** Says that there is no such name, which one is like it, and which there are. */
    public String refusal(String unknown) {
        return '"' + Shown.of(unknown) + "\" is no member of " + of
                + nearest(unknown)
                        .map(name -> "; did you mean \"" + name + "\"?")
                        .orElse("; there are " + String.join(", ", names));
    }

    /** The name that was probably meant. */
    public Optional<String> nearest(String unknown) {
        String meant = letters(unknown);
        record Near(String name, int distance) {}
        return names.stream()
                .map(name -> new Near(name, distance(letters(name), meant)))
                .filter(near -> near.distance <= Math.max(1, near.name.length() / 2))
                .min(Comparator.comparingInt(Near::distance))
                .map(Near::name);
    }

    private static String letters(String name) {
        String clipped = name.substring(0, Math.min(name.length(), 64));
        return clipped.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** Levenshtein's: how many letters are to be put in, taken out or exchanged. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int exchanged = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
