package io.tidemark.gateway.policy;

import io.tidemark.contracts.Target;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.Macs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names of what stays in a region, for the log of purges, which all regions read: keyed hashes of URLs and cache groups, as tags. Only
 * gateways that have the region's keys can tell what they stand for. Thread-safe.
 */
public final class HiddenNames {
    private static final int BYTES = 16;

    private final KeySet keys;

    HiddenNames(KeySet dataKeys) {
        this.keys = dataKeys.derive("purge names", "HmacSHA256");
    }

    /**
     * The tags of a stored response, with those that {@link #targets} may name it by.
     *
     * @param hosts that it may be called by
     * @param tags its own
     */
    public Set<String> with(List<String> hosts, String path, @Nullable String query, Set<String> tags) {
        Set<String> all = new LinkedHashSet<>(tags);
        for (String host : hosts) {
            all.add(name(keys.inUse(), url(host, query == null ? path : path + '?' + query)));
            tags.forEach(group -> all.add(name(keys.inUse(), group(host, group))));
        }
        return all;
    }

    /**
     * What is purged, under the names of each key: another gateway may still use the one before.
     *
     * @param host that was asked for
     * @param urls paths, with their queries
     */
    public List<Target> targets(String host, Set<String> urls, Set<String> groups) {
        List<Target> targets = new ArrayList<>();
        for (KeySet.Key key : keys.all()) {
            urls.forEach(url -> targets.add(Target.tag(name(key, url(host, url)))));
            groups.forEach(group -> targets.add(Target.tag(name(key, group(host, group)))));
        }
        return targets;
    }

    private static String url(String host, String target) {
        return "url " + host + ' ' + target;
    }

    private static String group(String host, String group) {
        return "group " + host + ' ' + group;
    }

    private static String name(KeySet.Key key, String text) {
        return '~'
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Arrays.copyOf(Macs.of(key.secret(), text), BYTES));
    }
}
