package io.tidemark.gateway.cache;

import java.util.LinkedHashSet;
import java.util.Set;

/** The tags that a response carries for purges. */
final class Tags {
    private Tags() {}

    /** Cache-Groups (RFC 9875), Surrogate-Key (separated by spaces) and Cache-Tag (by commas). */
    static Set<String> of(Headers response) {
        Set<String> tags = new LinkedHashSet<>();
        groups(response, "Cache-Groups", tags);
        for (String line : response.all("Surrogate-Key")) {
            split(line, " ", tags);
        }
        for (String line : response.all("Cache-Tag")) {
            split(line, ",", tags);
        }
        return tags;
    }

    /** Cache-Group-Invalidation (RFC 9875). */
    static Set<String> invalidated(Headers response) {
        Set<String> groups = new LinkedHashSet<>();
        groups(response, "Cache-Group-Invalidation", groups);
        return groups;
    }

    private static void groups(Headers response, String name, Set<String> groups) {
        String list = response.combined(name);
        if (list == null) {
            return;
        }
        for (String member : list.split(",", -1)) {
            String text = member.strip();
            if (text.length() > 2 && text.startsWith("\"") && text.endsWith("\"")) {
                groups.add(text.substring(1, text.length() - 1));
            }
        }
    }

    private static void split(String line, String separator, Set<String> tags) {
        for (String tag : line.split(separator, -1)) {
            if (!tag.isBlank()) {
                tags.add(tag.strip());
            }
        }
    }
}
