package io.tidemark.gateway.cache;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What purges match a stored response by.
 *
 * @param hosts the host that was asked for and the origin's own, in lower case, without ports
 * @param path the raw path of the request target, starting with a slash
 * @param query the raw query, null if the request target had no question mark
 * @param tags from {@code Cache-Groups}, {@code Surrogate-Key} and {@code Cache-Tag}; and {@link #tagOf} a person
 */
public record PurgeSubject(
        List<String> hosts, String path, @Nullable String query, Set<String> tags) {
    /** Begins the tag of what belongs to one person; in no field can stand such a one. */
    private static final String OF_PERSON = "\0person ";

    /** The tag of what belongs to one person, by the name that stands for them: it is what an erasure covers. */
    public static String tagOf(String person) {
        return OF_PERSON + person;
    }

    /** The same of a response under this key: of that person, if it is of one alone. */
    public PurgeSubject under(CacheKey key) {
        if (!key.isPersonal()) {
            return this;
        }
        Set<String> all = new HashSet<>(tags);
        return all.add(tagOf(key.user())) ? new PurgeSubject(hosts, path, query, all) : this;
    }

    /** With these tags beside its own. */
    public PurgeSubject with(Set<String> more) {
        if (tags.isEmpty()) {
            return new PurgeSubject(hosts, path, query, more);
        }
        Set<String> all = new HashSet<>(tags);
        all.addAll(more);
        return new PurgeSubject(hosts, path, query, all);
    }

    public PurgeSubject {
        hosts = List.copyOf(hosts);
        tags = Set.copyOf(tags);
    }
}
