package io.tidemark.invalidation.keys;

import io.tidemark.contracts.KeyHoldings;
import io.tidemark.invalidation.keys.KeySetStatus.Waiting;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What follows from the keys that gateways and others say they hold. A key may come into use when all that were heard of have it: one
 * that is silent is waited for as long as it is remembered, for it may come back and must be able to read what was made meanwhile.
 * A key may be removed when none uses it, the time of what was made with it is over, and no data key is left under it. No I/O.
 */
final class KeyRotation {
    private KeyRotation() {}

    /**
     * Who holds keys and is no gateway.
     *
     * @param region empty where it is of none
     */
    record Holder(String instance, String region, Map<String, KeyHoldings.Held> sets) {}

    /**
     * All sets that a gateway has.
     *
     * @param own what this service holds itself
     */
    static List<KeySetStatus> of(List<GatewayStatus> fleet, Holder own, Instant now) {
        List<KeySetStatus> sets = new ArrayList<>();
        for (String set : List.of(KeyHoldings.KEYS, KeyHoldings.SUBJECT_KEYS)) {
            of(set, null, fleet, own, now, sets);
        }
        Map<String, List<GatewayStatus>> regions =
                fleet.stream().collect(Collectors.groupingBy(GatewayStatus::region, TreeMap::new, Collectors.toList()));
        regions.forEach((region, gateways) -> of(KeyHoldings.DATA_KEYS, region, gateways, own, now, sets));
        return sets;
    }

    private static void of(
            String set,
            @Nullable String region,
            List<GatewayStatus> fleet,
            Holder own,
            Instant now,
            List<KeySetStatus> sets) {
        if (fleet.stream().allMatch(gateway -> held(gateway, set) == null)) {
            return;
        }
        List<GatewayStatus> concerned = fleet.stream()
                .filter(gateway -> gateway.keys() == null || held(gateway, set) != null)
                .toList();
        String next = next(set, concerned);
        List<Waiting> waiting = next == null ? List.of() : waitingFor(set, next, true, concerned, own, Set.of());
        Set<String> names = new TreeSet<>();
        concerned.forEach(gateway -> {
            KeyHoldings.Held held = held(gateway, set);
            names.addAll(held == null ? List.of() : held.names());
        });
        List<KeyHoldings.Held> others = holders(set, concerned, own).stream()
                .map(holder -> holder.sets.get(set))
                .filter(Objects::nonNull)
                .toList();
        others.forEach(held -> names.addAll(held.names()));
        Map<String, Long> left = left(set, region, concerned, others);
        if (left != null) {
            names.addAll(left.keySet());
        }
        sets.add(new KeySetStatus(
                set,
                region,
                next,
                waiting,
                names.stream()
                        .map(name -> key(set, name, name.equals(next), concerned, others, left, now))
                        .toList()));
    }

    /** The key that some name first and not all use. */
    private static @Nullable String next(String set, List<GatewayStatus> gateways) {
        Set<String> candidates = new LinkedHashSet<>();
        Set<String> used = new LinkedHashSet<>();
        for (GatewayStatus gateway : gateways) {
            KeyHoldings.Held held = held(gateway, set);
            if (held != null) {
                candidates.add(held.names().getFirst());
                used.add(held.inUse());
            }
        }
        if (used.size() == 1) {
            candidates.removeAll(used);
        }
        return candidates.stream().sorted().findFirst().orElse(null);
    }

    /**
     * Those that do not have a key.
     *
     * @param first whether they are to name it first, too
     * @param without instances that are not waited for
     */
    static List<Waiting> waitingFor(
            String set,
            String key,
            boolean first,
            Collection<GatewayStatus> gateways,
            Holder own,
            Set<String> without) {
        List<Waiting> waiting = new ArrayList<>();
        for (GatewayStatus gateway : gateways) {
            String because = because(set, key, first, gateway);
            if (because != null && !without.contains(gateway.instance())) {
                waiting.add(new Waiting(gateway.instance(), gateway.region(), because));
            }
        }
        for (Holder holder : holders(set, gateways, own)) {
            KeyHoldings.Held held = holder.sets.get(set);
            if (held != null && !held.names().contains(key) && !without.contains(holder.instance)) {
                waiting.add(new Waiting(holder.instance, holder.region, "has no key " + key));
            }
        }
        return waiting;
    }

    /** Those of whom the gateways have heard, by the last count of each region, and this service. */
    private static List<Holder> holders(String set, Collection<GatewayStatus> gateways, Holder own) {
        List<Holder> holders = new ArrayList<>();
        if (own.sets.containsKey(set)) {
            holders.add(own);
        }
        gateways.stream()
                .collect(Collectors.groupingBy(GatewayStatus::region, TreeMap::new, Collectors.toList()))
                .forEach((region, ofOne) -> {
                    KeyHoldings.Counted counted = counted(ofOne);
                    if (counted != null) {
                        new TreeMap<>(counted.holders())
                                .forEach((instance, sets) -> holders.add(new Holder(instance, region, sets)));
                    }
                });
        return holders;
    }

    /** The last count of a region. */
    private static KeyHoldings.@Nullable Counted counted(List<GatewayStatus> ofOne) {
        return ofOne.stream()
                .map(gateway -> gateway.keys() == null ? null : gateway.keys().counted())
                .filter(Objects::nonNull)
                .max(Comparator.comparing(KeyHoldings.Counted::at))
                .orElse(null);
    }

    private static @Nullable String because(String set, String key, boolean first, GatewayStatus gateway) {
        if (gateway.keys() == null) {
            return "is of a version that does not say which keys it has";
        }
        KeyHoldings.Held held = held(gateway, set);
        if (held == null) {
            return null; // it has no state
        }
        if (gateway.lease() == GatewayStatus.Lease.LEFT_OUT) {
            return "was not heard of for "
                    + Duration.ofMillis(gateway.lastHeartbeatMs()).toSeconds() + " s";
        }
        if (!held.names().contains(key)) {
            return "has no key " + key;
        }
        return first && !held.names().getFirst().equals(key)
                ? "has " + held.names().getFirst() + " before " + key
                : null;
    }

    private static KeySetStatus.Key key(
            String set,
            String name,
            boolean isNext,
            List<GatewayStatus> gateways,
            List<KeyHoldings.Held> others,
            @Nullable Map<String, Long> left,
            Instant now) {
        int heldBy = 0;
        int usedBy = 0;
        for (KeyHoldings.Held held : others) {
            heldBy += held.names().contains(name) ? 1 : 0;
            usedBy += held.inUse().equals(name) ? 1 : 0;
        }
        Instant over = Instant.MIN;
        for (GatewayStatus gateway : gateways) {
            KeyHoldings keys = gateway.keys();
            KeyHoldings.Held held = held(gateway, set);
            if (keys == null || held == null) {
                continue;
            }
            heldBy += held.names().contains(name) ? 1 : 0;
            usedBy += held.inUse().equals(name) ? 1 : 0;
            Instant end = held.since().plusMillis(keys.keepMs());
            over = end.isAfter(over) ? end : over;
        }
        boolean counts = !set.equals(KeyHoldings.KEYS);
        Long count = counts && left != null ? left.getOrDefault(name, 0L) : null;
        String because = usedBy > 0
                ? "it is used"
                : isNext
                        ? "it is to be used"
                        : over.isAfter(now)
                                ? "what was made with it may live until " + over
                                : counts && count == null
                                        ? "what is left under it was not counted yet"
                                        : count != null && count > 0 ? count + " data keys are left under it" : "";
        return new KeySetStatus.Key(name, heldBy, usedBy, count, because.isEmpty(), because);
    }

    /** How many data keys are left under each key; null if that is not known of all regions, as they are since another is used. */
    private static @Nullable Map<String, Long> left(
            String set, @Nullable String region, List<GatewayStatus> gateways, List<KeyHoldings.Held> others) {
        if (set.equals(KeyHoldings.KEYS)) {
            return null;
        }
        Map<String, Long> sums = new TreeMap<>();
        Map<String, List<GatewayStatus>> regions =
                gateways.stream().collect(Collectors.groupingBy(GatewayStatus::region));
        for (List<GatewayStatus> ofOne : regions.values()) {
            Instant since = Stream.concat(ofOne.stream().map(gateway -> held(gateway, set)), others.stream())
                    .filter(Objects::nonNull)
                    .map(KeyHoldings.Held::since)
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.MAX);
            KeyHoldings.Counted counted = counted(ofOne);
            if (counted == null || counted.at().isBefore(since)) {
                return null;
            }
            (region == null ? counted.bySubjectKey() : counted.byDataKey())
                    .forEach((name, count) -> sums.merge(name, count, Long::sum));
        }
        return sums;
    }

    private static KeyHoldings.@Nullable Held held(GatewayStatus gateway, String set) {
        KeyHoldings keys = gateway.keys();
        return keys == null ? null : keys.sets().get(set);
    }
}
