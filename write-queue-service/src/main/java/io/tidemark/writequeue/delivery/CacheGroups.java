package io.tidemark.writequeue.delivery;

import java.util.ArrayList;
import java.util.List;

/** Reads {@code Cache-Group-Invalidation} (RFC 9875 section 3): a structured-field list of strings. */
final class CacheGroups {
    /** RFC 9875 section 2: at least 32 groups of at least 32 characters; we take more. */
    private static final int MAX_GROUPS = 128;

    private CacheGroups() {}

    /** The groups of all field lines; none if any line is no list of strings (RFC 9651 section 4.2). */
    static List<String> parse(List<String> fieldLines) {
        List<String> groups = new ArrayList<>();
        String field = String.join(",", fieldLines);
        int i = skipSpace(field, 0);
        while (i < field.length()) {
            if (field.charAt(i) != '"') {
                return List.of();
            }
            StringBuilder group = new StringBuilder();
            i++;
            while (i < field.length() && field.charAt(i) != '"') {
                if (field.charAt(i) == '\\' && ++i >= field.length()) {
                    return List.of();
                }
                group.append(field.charAt(i++));
            }
            if (i >= field.length() || groups.size() == MAX_GROUPS) {
                return List.of();
            }
            groups.add(group.toString());
            i = field.indexOf(',', i); // parameters are ignored
            if (i < 0) {
                break;
            }
            i = skipSpace(field, i + 1);
        }
        return groups.stream().filter(group -> !group.isBlank()).toList();
    }

    private static int skipSpace(String field, int from) {
        int i = from;
        while (i < field.length() && (field.charAt(i) == ' ' || field.charAt(i) == '\t' || field.charAt(i) == ',')) {
            i++;
        }
        return i;
    }
}
