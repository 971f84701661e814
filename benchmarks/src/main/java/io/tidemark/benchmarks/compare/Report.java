package io.tidemark.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The measurements as a table of medians, in Markdown, and one by one, as CSV. */
final class Report {
    private final List<Measurement> measurements = new ArrayList<>();
    private final Map<Scenario, Map<Contender, WarmUp>> warmUps = new EnumMap<>(Scenario.class);

    void add(Measurement measurement) {
        measurements.add(measurement);
    }

    void add(Scenario scenario, Contender contender, WarmUp warmUp) {
        warmUps.computeIfAbsent(scenario, _ -> new EnumMap<>(Contender.class)).put(contender, warmUp);
    }

    OptionalDouble median(Scenario scenario, Contender contender, ToDoubleFunction<Measurement> value) {
        double[] sorted = values(scenario, contender, value);
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        int middle = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    private double[] values(Scenario scenario, Contender contender, ToDoubleFunction<Measurement> value) {
        return measurements.stream()
                .filter(one -> one.scenario() == scenario && one.contender() == contender)
                .mapToDouble(value)
                .sorted()
                .toArray();
    }

    /** Half of what the slowest of the servers can answer, for {@link Scenario#HALF_LOAD}. */
    OptionalDouble halfOfSlowest() {
        OptionalDouble slowest = Scenario.HIT_1K.contenders().stream()
                .map(contender -> median(Scenario.HIT_1K, contender, Measurement::requestsPerSecond))
                .flatMapToDouble(OptionalDouble::stream)
                .min();
        return slowest.isPresent() ? OptionalDouble.of(slowest.getAsDouble() / 2) : slowest;
    }

    /** One table per scenario; each cell the median of the rounds, CPU with the lowest and highest too. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        for (Scenario scenario : Scenario.values()) {
            List<Contender> contenders = scenario.contenders().stream()
                    .filter(contender -> values(scenario, contender, Measurement::cpuMicros).length > 0)
                    .toList();
            if (contenders.isEmpty()) {
                continue;
            }
            text.append(String.format(
                    Locale.ROOT,
                    "%n**%s**: %s%n%n| server | requests/s | p50 ms | p99 ms | CPU µs/request | (lowest–highest)"
                            + " | gateway ÷ it | RSS MiB | to the origin | others' CPUs | sound |%n",
                    scenario.label(),
                    scenario.title()));
            text.append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n");
            contenders.forEach(contender -> row(text, scenario, contender));
            text.append("\nCPU µs/request while warming up, round by round: ")
                    .append(warmUps.getOrDefault(scenario, Map.of()).entrySet().stream()
                            .map(one -> one.getKey().label() + ' ' + one.getValue())
                            .collect(Collectors.joining("; ")))
                    .append('\n');
        }
        return text.toString();
    }

    private void row(StringBuilder text, Scenario scenario, Contender contender) {
        double[] cpu = values(scenario, contender, Measurement::cpuMicros);
        double own = middle(scenario, contender, Measurement::cpuMicros);
        OptionalDouble gateway = median(scenario, Contender.GATEWAY, Measurement::cpuMicros);
        boolean sound = measurements.stream()
                .filter(one -> one.scenario() == scenario && one.contender() == contender)
                .allMatch(Measurement::isSound);
        text.append(String.format(
                Locale.ROOT,
                "| %s | %,.0f | %.2f | %.2f | %.1f | %.1f–%.1f | %s | %.0f | %.2f %% | %.2f | %s |%n",
                contender.label(),
                middle(scenario, contender, Measurement::requestsPerSecond),
                middle(scenario, contender, Measurement::p50Ms),
                middle(scenario, contender, Measurement::p99Ms),
                own,
                cpu[0],
                cpu[cpu.length - 1],
                contender == Contender.GATEWAY || gateway.isEmpty()
                        ? ""
                        : String.format(Locale.ROOT, "%.2f", gateway.getAsDouble() / own),
                middle(scenario, contender, Measurement::residentMib),
                100 * middle(scenario, contender, Measurement::originShare),
                middle(scenario, contender, Measurement::others),
                sound ? "yes" : "NO"));
    }

    private double middle(Scenario scenario, Contender contender, ToDoubleFunction<Measurement> value) {
        return median(scenario, contender, value).orElse(Double.NaN);
    }

    void write(Path folder, String head) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("results.md"), head + markdown());
        List<String> lines = new ArrayList<>(List.of(Measurement.CSV_HEAD));
        measurements.forEach(one -> lines.add(one.csv()));
        Files.write(folder.resolve("rounds.csv"), lines);
    }
}
