package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Watermark;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The places that keep what belongs to persons: the regions, each with the stores that its gateways name in their watermarks, and the
 * write queue. An erasure is complete when each of them has said of each store that nothing is left. Pure.
 *
 * @param named those that must have said so although none of their gateways is alive: what they keep outlives them
 */
public record ErasurePlaces(Set<String> named) {
    /** Those whose gateways are heard of, and no others. */
    public static final ErasurePlaces OF_GATEWAYS = new ErasurePlaces(Set.of());

    public ErasurePlaces {
        named = Set.copyOf(named);
    }

    /** The stores of each place, but for the memory of gateways, which answers for itself. */
    Map<String, Set<String>> stores(Collection<Member> members) {
        Map<String, Set<String>> stores = new TreeMap<>();
        named.forEach(place -> stores.put(place, new TreeSet<>()));
        members.forEach(member -> stores.computeIfAbsent(member.region(), _ -> new TreeSet<>())
                .addAll(member.last().erases()));
        stores.values().forEach(names -> names.remove(Watermark.MEMORY));
        return stores;
    }

    /** The places that have not yet said that nothing is left. */
    Set<String> unfinished(Map<String, Set<String>> stores, Map<String, Erasure> reports) {
        Set<String> unfinished = new HashSet<>();
        stores.forEach((place, names) -> {
            boolean mustReport = named.contains(place) || !names.isEmpty();
            if (mustReport && !isEmpty(reports.get(place), names)) {
                unfinished.add(place);
            }
        });
        return unfinished;
    }

    private static boolean isEmpty(@Nullable Erasure report, Set<String> names) {
        Map<String, Erasure.Store> said = report == null ? null : report.stores();
        return said != null
                && said.keySet().containsAll(names)
                && said.values().stream().allMatch(store -> store.left() == 0);
    }
}
