package io.tidemark.local.suite.documents;

import io.tidemark.local.suite.machine.NodeScripts;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an edit, a client and a join cost the servers, with nothing killed.
 *
 * @param many whether there are ten thousand idle connections and 150 joiners, or a few
 */
record CostsRun(NodeScripts scripts, Path logs, boolean many) {
    /** As a gateway runs for long. */
    static final List<String> JVM = List.of("-Xmx768m", "-XX:-UsePerfData", "-XX:MaxDirectMemorySize=512m");

    static final String HEAD = """
        | server | edit → other, ms, p50 / p99 | µs of processors per edit and observer | joiners of 4 MB: all have it after, ms | \
        processors, ms | memory before → most, MB | idle connections | MB before → with them | KB for each |
        |---|---|---:|---:|---:|---|---:|---|---:|\
        """;

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LIMIT = Duration.ofMinutes(5);

    String row(Servers servers) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                servers.dialect(),
                many ? "300" : "100", // observers
                many ? "150" : "20", // joiners
                many ? "10000" : "1000", // idle connections
                String.join(
                        ",",
                        servers.processes().stream()
                                .map(p -> Long.toString(p.pid()))
                                .toList())));
        arguments.addAll(servers.addresses());
        Path log = logs.resolve("costs-" + servers.name().replaceAll("[^a-z-]", "") + ".log");
        List<String> lines = scripts.run("costs.mjs", arguments, log, LIMIT, _ -> {})
                .orElseThrow(() -> new PartFailedException("the clients failed; their log: " + log));
        JsonNode all = JSON.readTree(lines.getLast());
        return String.format(
                Locale.ROOT,
                "| %s | %.1f / %.1f | %.1f | %d: %.0f | %.0f | %.0f → %.0f | %d | %.0f → %.0f | %.1f |",
                servers.name(),
                all.path("p50").asDouble(),
                all.path("p99").asDouble(),
                all.path("perObserver").asDouble(),
                all.path("joiners").asInt(),
                all.path("joined").asDouble(),
                all.path("joinProcessor").asDouble(),
                all.path("joinBefore").asDouble(),
                all.path("joinMost").asDouble(),
                all.path("idle").asInt(),
                all.path("idleBefore").asDouble(),
                all.path("idleAfter").asDouble(),
                all.path("perConnection").asDouble());
    }
}
