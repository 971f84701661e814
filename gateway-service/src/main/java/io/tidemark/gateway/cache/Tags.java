package io.tidemark.gateway.cache;

import io.tidemark.commons.http.StructuredFields;
import io.tidemark.commons.http.StructuredFields.Item;
import io.tidemark.commons.http.StructuredFields.StringItem;
import io.tidemark.gateway.http.Headers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tags that a response carries for purges. */
final class Tags {
    /** Longer ones are dropped: no purge could name them. */
    private static final int MAX_LENGTH = 2048;

    private Tags() {}

    /** Cache-Groups (RFC 9875), Surrogate-Key (separated by spaces) and Cache-Tag (by commas). */
    static Set<String> of(Headers response) {
        Set<String> tags = new LinkedHashSet<>();
        groups(response, "Cache-Groups", tags);
        for (String line : response.all("Surrogate-Key")) {
            split(line, "[ \t]+", tags);
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

    /** A list of strings; an invalid one, or one with other items, is ignored as a whole. */
    private static void groups(Headers response, String name, Set<String> groups) {
        String value = response.combined(name);
        List<Item> items = value == null ? null : StructuredFields.list(value);
        if (items == null || !items.stream().allMatch(item -> item instanceof StringItem)) {
            return;
        }
        for (Item item : items) {
            if (item instanceof StringItem(String group)) {
                add(group, groups);
            }
        }
    }

    private static void split(String line, String separator, Set<String> tags) {
        for (String tag : line.split(separator, -1)) {
            add(tag.strip(), tags);
        }
    }

    private static void add(String tag, Set<String> tags) {
        if (!tag.isBlank() && tag.length() <= MAX_LENGTH) {
            tags.add(tag);
        }
    }
}
