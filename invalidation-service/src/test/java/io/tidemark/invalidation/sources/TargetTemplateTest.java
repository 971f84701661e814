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
        assertThat(fill("tag", "{n}:{b}", "{\"n\":12345678901234567890,\"b\":true}"))
                .containsExactly(Target.tag("12345678901234567890:true"));
    }

    @Test
    void whatComesFromADocumentIsNeitherADelimiterNorAWildcard() {
        assertThat(fill("prefix", "/p/{id}/", "{\"id\":\"a/b?c#d\"}"))
                .containsExactly(new Target(Target.Kind.PREFIX, "/p/a%2Fb%3Fc%23d/"));
        assertThat(fill("pattern", "/p/{id}/*", "{\"id\":\"**\"}"))
                .containsExactly(new Target(Target.Kind.PATTERN, "/p/%2A%2A/*"));
        assertThat(fill("url", "https://shop.example/s?q={q}", "{\"q\":\"é &%\"}"))
                .containsExactly(Target.url("https://shop.example/s?q=%C3%A9%20%26%25"));
        for (String dots : List.of(".", "..")) {
            assertThatThrownBy(() -> fill("prefix", "/p/{id}", "{\"id\":\"" + dots + "\"}"))
                    .hasMessageContaining("id");
        }
    }

    @Test
    void aPathAtTheVeryBeginningStandsForTheUrlItself() {
        assertThat(fill("url", "{url}", "{\"url\":\"https://shop.example/a?b=c\"}"))
                .containsExactly(Target.url("https://shop.example/a?b=c"));
        assertThatThrownBy(() -> fill("prefix", "{url}", "{\"url\":\"no-slash\"}"))
                .hasMessageContaining("slash");
    }

    @Test
    void targetsAreCountedBeforeTheyAreMade() {
        String list = "[" + "1,".repeat(7999) + "1]";
        var document = JsonMapper.shared().readTree("{\"x\":" + list + ",\"y\":" + list + "}");
        assertThat(TargetTemplate.of(Map.of("tag", "{x}:{y}")).count(document)).isEqualTo(64_000_000);
        assertThat(TargetTemplate.of(Map.of("tag", "{x}{x}{x}")).count(document))
                .isEqualTo(8_000);
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
                "{\"data\":{\"id\":\"\"}}",
                "{\"data\":{\"id\":\" \"}}",
                "{\"data\":{\"id\":[\"a\",\"\"]}}",
                "{\"data\":{\"id\":12.50}}",
                "{\"data\":{\"id\":1e400}}",
                "{\"data\":{\"id\":[1,2.5]}}",
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
