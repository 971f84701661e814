package io.tidemark.invalidation.previews;

import io.tidemark.contracts.PreviewCount;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.invalidation.receipts.GatewayStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a purge would cover. Each gateway counts its own store; what gateways of a region hold in common is counted by
 * each of them.
 *
 * @param complete whether every live gateway answered
 * @param covered the sum of the gateways' counts
 */
public record PreviewResult(
        List<Target> targets, Purge.Mode mode, boolean complete, long covered, Map<String, Region> regions) {
    /** One region's counts. */
    public record Region(long covered, List<Gateway> gateways, List<String> silent) {}

    /** One gateway's count, of as many responses as it has. */
    public record Gateway(String colo, String instance, long covered, long stored) {}

    static PreviewResult of(
            List<Target> targets, Purge.Mode mode, Collection<PreviewCount> counts, List<GatewayStatus> live) {
        Map<String, List<PreviewCount>> answered = counts.stream().collect(Collectors.groupingBy(PreviewCount::region));
        Map<String, List<GatewayStatus>> asked = live.stream().collect(Collectors.groupingBy(GatewayStatus::region));
        Map<String, Region> regions = new TreeMap<>();
        answered.forEach((region, _) -> regions.put(region, region(answered, asked, region)));
        asked.forEach((region, _) -> regions.put(region, region(answered, asked, region)));
        return new PreviewResult(
                targets,
                mode,
                regions.values().stream().allMatch(r -> r.silent().isEmpty()),
                regions.values().stream().mapToLong(Region::covered).sum(),
                regions);
    }

    private static Region region(
            Map<String, List<PreviewCount>> answered, Map<String, List<GatewayStatus>> asked, String name) {
        List<PreviewCount> counts = answered.getOrDefault(name, List.of());
        List<String> silent = asked.getOrDefault(name, List.of()).stream()
                .map(GatewayStatus::instance)
                .filter(instance -> counts.stream().noneMatch(c -> c.instance().equals(instance)))
                .toList();
        return new Region(
                counts.stream().mapToLong(PreviewCount::covered).sum(),
                counts.stream()
                        .map(c -> new Gateway(c.colo(), c.instance(), c.covered(), c.stored()))
                        .toList(),
                silent);
    }
}
