package io.tidemark.k8s;

import io.tidemark.k8s.Site.Gateways;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * {@code sites.yaml}: what all sites have, under {@code all}, and {@code sites}, where each may say it otherwise. Refused as a
 * whole, with the place of the fault.
 */
final class SitesFile {
    private static final Set<String> COMMON = Set.of("kafka", "writes", "components", "gateways");
    private static final Set<String> OWN = Set.of(
            "name", "redis", "writes-redis", "kafka", "writes", "gateway", "addresses", "components", "gateways");
    private static final Set<String> SIZES = Set.of("least", "most", "cpu", "memory");

    private SitesFile() {}

    /**
     * The sites, in the order of the file.
     *
     * @param known the components that there are
     * @throws IllegalArgumentException if it is wrong; the message says where
     */
    static List<Site> read(Path file, Set<String> known) throws IOException {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        Object content;
        try {
            content = new Yaml(new SafeConstructor(options)).load(Files.readString(file));
        } catch (YAMLException notYaml) {
            throw new IllegalArgumentException(file + ": " + notYaml.getMessage(), notYaml);
        }
        String place = file.toString();
        Map<?, ?> whole = map(content, place, Set.of("all", "sites"));
        Map<?, ?> all = whole.get("all") == null ? Map.of() : map(whole.get("all"), place + ": all", COMMON);
        if (!(whole.get("sites") instanceof List<?> list) || list.isEmpty()) {
            throw new IllegalArgumentException(place + ": sites: a list of one site or more");
        }
        List<Site> sites = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            Site site = site(list.get(i), all, "%s: sites[%d]".formatted(place, i), known);
            if (!names.add(site.name())) {
                throw new IllegalArgumentException("%s: sites[%d]: %s is there twice".formatted(place, i, site.name()));
            }
            sites.add(site);
        }
        return sites;
    }

    private static Site site(@Nullable Object content, Map<?, ?> all, String number, Set<String> known) {
        Map<?, ?> own = map(content, number, OWN);
        String place = own.get("name") == null ? number : number + " (" + own.get("name") + ")";
        Set<String> components = new TreeSet<>(strings(all, "components", place));
        components.addAll(strings(own, "components", place));
        String redis = needed(own, all, "redis", place);
        if (redis.contains("-sentinel://")) {
            components.add("redis-sentinel");
        }
        for (String component : components) {
            if (!known.contains(component)) {
                throw new IllegalArgumentException(
                        "%s: components: there is no %s, but %s".formatted(place, component, new TreeSet<>(known)));
            }
        }
        String writesRedis = text(own, all, "writes-redis", place);
        if (writesRedis == null) {
            components.remove("keda"); // it is the write queue's
        }
        try {
            return new Site(
                    needed(own, all, "name", place),
                    redis,
                    writesRedis,
                    needed(own, all, "kafka", place),
                    text(own, all, "writes", place),
                    text(own, all, "gateway", place),
                    strings(own, "addresses", place),
                    List.copyOf(components),
                    gateways(own, all, place));
        } catch (IllegalArgumentException wrong) {
            String why = String.valueOf(wrong.getMessage());
            throw new IllegalArgumentException(why.startsWith(place) ? why : place + ": " + why, wrong);
        }
    }

    private static Gateways gateways(Map<?, ?> own, Map<?, ?> all, String place) {
        String here = place + ": gateways";
        Map<?, ?> mine = own.get("gateways") == null ? Map.of() : map(own.get("gateways"), here, SIZES);
        Map<?, ?> usual = all.get("gateways") == null ? Map.of() : map(all.get("gateways"), "all: gateways", SIZES);
        int least = number(mine, usual, "least", Gateways.USUAL.least(), here);
        return new Gateways(
                least,
                number(mine, usual, "most", Math.max(least, Gateways.USUAL.most()), here),
                Objects.requireNonNullElse(text(mine, usual, "cpu", here), Gateways.USUAL.cpu()),
                Objects.requireNonNullElse(text(mine, usual, "memory", here), Gateways.USUAL.memory()));
    }

    private static Map<?, ?> map(@Nullable Object content, String place, Set<String> keys) {
        if (!(content instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(place + ": names and their values");
        }
        for (Object key : map.keySet()) {
            if (!(key instanceof String name) || !keys.contains(name)) {
                throw new IllegalArgumentException(
                        "%s: there is no %s, but %s".formatted(place, key, new TreeSet<>(keys)));
            }
        }
        return map;
    }

    private static String needed(Map<?, ?> own, Map<?, ?> all, String name, String place) {
        String text = text(own, all, name, place);
        if (text == null) {
            throw new IllegalArgumentException(place + ": " + name + " is missing");
        }
        return text;
    }

    private static @Nullable String text(Map<?, ?> own, Map<?, ?> all, String name, String place) {
        Object value = own.get(name) == null ? all.get(name) : own.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Map || value instanceof List || value.toString().isBlank()) {
            throw new IllegalArgumentException(place + ": " + name + " is one value");
        }
        return value.toString();
    }

    private static int number(Map<?, ?> own, Map<?, ?> all, String name, int usual, String place) {
        String text = text(own, all, name, place);
        try {
            return text == null ? usual : Integer.parseInt(text);
        } catch (NumberFormatException notOne) {
            throw new IllegalArgumentException(place + ": " + name + " is a number, not " + text, notOne);
        }
    }

    private static List<String> strings(Map<?, ?> map, String name, String place) {
        Object value = map.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw new IllegalArgumentException(place + ": " + name + " is a list");
        }
        return list.stream().map(String::valueOf).toList();
    }
}
