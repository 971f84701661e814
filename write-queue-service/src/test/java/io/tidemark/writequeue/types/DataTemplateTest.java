package io.tidemark.writequeue.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.commons.problems.Violation;
import io.tidemark.commons.templates.Template.Syntax;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataTemplateTest {
    private static JsonNode data(String json) {
        return new JsonMapper().readTree(json);
    }

    @Test
    void takesMembersAndPointers() {
        JsonNode data = data("{\"id\":42,\"who\":{\"name\":\"a b\"}}");
        assertThat(new DataTemplate("/p/{id}/{/who/name}", Syntax.URL).fill(data))
                .isEqualTo("/p/42/a%20b");
        assertThat(new DataTemplate("/p/{id}/{/who/name}", Syntax.TEXT).fill(data))
                .isEqualTo("/p/42/a b");
        assertThat(new DataTemplate("plain", Syntax.TEXT).fill(data)).isEqualTo("plain");
    }

    @Test
    void namesThePlacesThatAreNotFilled() {
        DataTemplate template = new DataTemplate("{id}{/who/name}{ok}", Syntax.TEXT);
        assertThat(template.violationsOf(data("{\"id\":{},\"who\":{\"name\":\"\"},\"ok\":false}"), "it"))
                .extracting(Violation::pointer)
                .containsExactly("/data/id", "/data/who/name");
        assertThat(template.violationsOf(data("{\"id\":null,\"ok\":1.5}"), "it"))
                .extracting(Violation::pointer)
                .containsExactly("/data/id", "/data/who/name", "/data/ok");
        assertThat(new DataTemplate("/p/{id}", Syntax.URL).violationsOf(data("{\"id\":\"..\"}"), "it"))
                .extracting(Violation::pointer)
                .containsExactly("/data/id");
    }
}
