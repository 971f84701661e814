package io.tidemark.local.suite;

import io.tidemark.local.suite.client.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The dashboards of docs/dashboards, for Grafana. */
final class Dashboards {
    private static final Path FOLDER = Path.of("..", "..", "docs", "dashboards");
    private static final Pattern METRIC = Pattern.compile("\\b(?:tidemark|resilience4j|http|jvm|process)_[a-z0-9_]+");
    private static final Pattern SELECTED = Pattern.compile("(" + METRIC.pattern() + ")\\{([^}]*)}");
    private static final Pattern MATCHED = Pattern.compile("([a-z_]+)(?:=~|!~|!=|=)\"");

    /** What Prometheus itself adds to each series. */
    private static final Set<String> OF_THE_TARGET = Set.of("job", "instance");

    private Dashboards() {}

    /**
     * What one panel asks.
     *
     * @param title for a person, with the dashboard's
     */
    record Question(String title, String expression) {
        Set<String> metrics() {
            return METRIC.matcher(expression)
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** What the scrape lacks of what is asked: metrics, and labels by which series are selected. */
        List<String> lacking(Scrape scrape) {
            List<String> lacking = new ArrayList<>();
            for (String metric : metrics()) {
                if (!scrape.labels().containsKey(metric)) {
                    lacking.add(title + ": " + metric);
                }
            }
            Matcher selected = SELECTED.matcher(expression);
            while (selected.find()) {
                Set<String> known = scrape.labels().getOrDefault(selected.group(1), Set.of());
                MATCHED.matcher(selected.group(2))
                        .results()
                        .map(match -> match.group(1))
                        .filter(label -> !known.contains(label) && !OF_THE_TARGET.contains(label))
                        .forEach(label -> lacking.add(title + ": " + selected.group(1) + " has no label " + label));
            }
            return lacking;
        }

        /** The expression as Prometheus gets it: Grafana fills its own variables in. */
        String asPrometheusGetsIt() {
            return expression.replace("$__rate_interval", "1m");
        }
    }

    static List<JsonNode> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            List<JsonNode> boards = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                boards.add(Http.JSON.readTree(Files.readString(file)));
            }
            return boards;
        }
    }

    static List<Question> questions() throws IOException {
        List<Question> questions = new ArrayList<>();
        for (JsonNode board : all()) {
            for (JsonNode panel : board.path("panels").values()) {
                for (JsonNode target : panel.path("targets").values()) {
                    questions.add(new Question(
                            board.path("title").asString() + ", "
                                    + panel.path("title").asString(),
                            target.path("expr").asString()));
                }
            }
        }
        return questions;
    }
}
