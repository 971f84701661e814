package io.tidemark.local.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;

/** What can be said of the dashboards without a running suite. */
class DashboardsTest {
    @Test
    void everyPanelAsksSomethingAndHasAPlaceOfItsOwn() throws IOException {
        List<JsonNode> boards = Dashboards.all();

        assertThat(boards)
                .extracting(board -> board.path("uid").asString())
                .containsExactlyInAnyOrder(
                        "tidemark-fleet", "tidemark-gateway", "tidemark-invalidation", "tidemark-write-queue");
        assertThat(boards).allSatisfy(board -> {
            var panels = board.path("panels").values();
            assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
            assertThat(panels).extracting(panel -> panel.path("gridPos")).doesNotHaveDuplicates();
            assertThat(panels)
                    .allSatisfy(panel -> assertThat(panel.path("targets").values())
                            .as(panel.path("title").asString())
                            .isNotEmpty());
        });
        assertThat(Dashboards.questions())
                .allSatisfy(question -> assertThat(question.metrics()).isNotEmpty());
    }

    @Test
    void everyQuestionIsOneThatPrometheusUnderstands(@TempDir Path folder) throws Exception {
        List<Map<String, String>> rules = Dashboards.questions().stream()
                .map(Dashboards.Question::asPrometheusGetsIt)
                .distinct()
                .map(expression -> Map.of("record", "asked", "expr", expression))
                .toList();
        Files.writeString(
                folder.resolve("asked.yaml"),
                new Yaml().dump(Map.of("groups", List.of(Map.of("name", "dashboards", "rules", rules)))));

        Promtool.assertContent(folder, "check", "rules", "--lint=none", "asked.yaml");
    }
}
