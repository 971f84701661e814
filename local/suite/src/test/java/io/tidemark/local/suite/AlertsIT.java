package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The rules of docs/alerts.yaml ask for metrics that the services have from their start. */
@Order(52)
@DisabledIfSystemProperty(named = "suite.external", matches = "true", disabledReason = "asks management ports")
class AlertsIT {
    private static final Path RULES = Path.of("..", "..", "docs", "alerts.yaml");
    private static final Pattern METRIC = Pattern.compile("\\b(tidemark|resilience4j|http_server)_[a-z0-9_]+");

    @Test
    void everyMetricOfTheRulesIsThere() throws Exception {
        Products.readEu(RunningSuite.newId());
        Set<String> asked = METRIC.matcher(Files.readString(RULES))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asked).hasSizeGreaterThan(8).isSubsetOf(Scrape.ofAll().metrics());
    }
}
