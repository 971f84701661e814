package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Each rule of docs/alerts.yaml fires on what it is for, and stays quiet on what is nearly so. */
class AlertRulesTest {
    private static final Path DOCS = Path.of("..", "..", "docs");

    @Test
    void theRulesDoAsTheirTestsSay() throws Exception {
        Promtool.assertContent(DOCS, "check", "rules", "alerts.yaml");
        Promtool.assertContent(DOCS, "test", "rules", "alerts-test.yaml");
    }

    @Test
    void eachAlertIsTestedBothWaysWithSeriesOfEachTest() throws IOException {
        Map<String, List<Map<String, Object>>> rules = read("alerts.yaml");
        Set<Object> alerts = rules.getOrDefault("groups", List.of()).stream()
                .flatMap(group -> list(group, "rules").stream())
                .map(rule -> rule.get("alert"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(alerts).hasSizeGreaterThan(15);
        assertThat(tested(test -> list(test, "exp_alerts").isEmpty())).containsAll(alerts);
        assertThat(tested(test -> !list(test, "exp_alerts").isEmpty())).isEqualTo(alerts);
    }

    private static Set<Object> tested(Predicate<Map<String, Object>> wanted) throws IOException {
        Map<String, List<Map<String, Object>>> tests = read("alerts-test.yaml");
        return tests.getOrDefault("tests", List.of()).stream()
                .filter(group -> !list(group, "input_series").isEmpty())
                .flatMap(group -> list(group, "alert_rule_test").stream())
                .filter(wanted)
                .map(test -> test.get("alertname"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, List<Map<String, Object>>> read(String file) throws IOException {
        return new Yaml().load(Files.readString(DOCS.resolve(file)));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> of, String name) {
        return (List<Map<String, Object>>) of.getOrDefault(name, List.of());
    }
}
