package io.tidemark.invalidation.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.contracts.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class TargetTemplateTest {
    @Test
    void aPathIsReplacedByWhatTheDocumentHasThere() {
        assertThat(fill("tag", "product:{data.id}", "{\"data\":{\"id\":42}}"))
                .containsExactly(Target.tag("product:42"));
        assertThat(fill("url", "/{a}/{b.1}", "{\"a\":\"x\",\"b\":[0,\"y\"]}")).containsExactly(Target.url("/x/y"));
        assertThat(fill("tag", "products", "{}")).containsExactly(Target.tag("products"));
        assertThat(fill("all", "true", "{}")).containsExactly(Target.all());
    }

    @Test
    void aListMakesOneTargetForEachElement() {
        assertThat(fill("tag", "{tags}", "{\"tags\":[\"a\",\"b\"]}")).containsExactly(Target.tag("a"), Target.tag("b"));
        assertThat(fill("tag", "{x}:{y}", "{\"x\":[1,2],\"y\":[3,4]}"))
                .containsExactlyInAnyOrder(Target.tag("1:3"), Target.tag("2:3"), Target.tag("1:4"), Target.tag("2:4"));
    }

    @Test
    void aPathThatLeadsNowhereIsNamed() {
        for (String document : List.of(
                "{}",
                "{\"data\":{}}",
                "{\"data\":{\"id\":null}}",
                "{\"data\":{\"id\":{}}}",
                "{\"data\":{\"id\":[]}}",
                "null",
                "[]")) {
            assertThatThrownBy(() -> fill("tag", "product:{data.id}", document))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("data.id");
        }
    }

    @Test
    void aTemplateThatIsNoTargetIsRefusedAtTheStart() {
        for (Map<String, String> bad : List.of(
                Map.<String, String>of(),
                Map.of("tug", "x"),
                Map.of("tag", " "),
                Map.of("all", "yes"),
                Map.of("tag", "a", "url", "/b"))) {
            assertThatThrownBy(() -> TargetTemplate.list("p.targets", List.of(bad)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("p.targets[0]: ");
        }
    }

    private static List<Target> fill(String kind, String template, String document) {
        return TargetTemplate.of(Map.of(kind, template))
                .fill(JsonMapper.shared().readTree(document));
    }
}
