package io.tidemark.writequeue.delivery;

import io.tidemark.commons.http.StructuredFields;
import io.tidemark.commons.http.StructuredFields.StringItem;
import io.tidemark.contracts.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * The groups that an answer's {@code Cache-Group-Invalidation} names (RFC 9875 section 3).
 *
 * @param names those that a purge can name
 * @param dropped how many it cannot: longer than a purge's target; or 1 if the field is no list of strings, and so ignored
 *     whole (RFC 9651 section 4.2)
 */
record CacheGroups(List<String> names, int dropped) {
    static final CacheGroups NONE = new CacheGroups(List.of(), 0);

    CacheGroups {
        names = List.copyOf(names);
    }

    static CacheGroups parse(List<String> fieldLines) {
        var items = StructuredFields.list(String.join(",", fieldLines));
        if (items == null) {
            return new CacheGroups(List.of(), 1);
        }
        List<String> names = new ArrayList<>();
        int dropped = 0;
        for (var item : items) {
            if (!(item instanceof StringItem(String name))) {
                return new CacheGroups(List.of(), 1);
            }
            if (name.length() > Target.MAX_LENGTH) {
                dropped++;
            } else if (!name.isBlank()) {
                names.add(name);
            }
        }
        return new CacheGroups(names, dropped);
    }
}
