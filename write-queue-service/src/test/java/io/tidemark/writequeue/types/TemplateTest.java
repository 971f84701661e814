package io.tidemark.writequeue.types;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TemplateTest {
    private static JsonNode data(String json) {
        return new JsonMapper().readTree(json);
    }

    @Test
    void takesMembersAndPointers() {
        JsonNode data = data("{\"id\":42,\"who\":{\"name\":\"a b\"}}");
        assertThat(Template.parse("/p/{id}/{/who/name}").fill(data)).isEqualTo("/p/42/a b");
        assertThat(Template.parse("plain").fill(data)).isEqualTo("plain");
    }

    @Test
    void namesThePlacesThatAreNotFilled() {
        Template template = Template.parse("{id}{/who/name}{ok}");
        assertThat(template.unfilledBy(data("{\"id\":{},\"who\":{\"name\":\"\"},\"ok\":false}")))
                .containsExactly("/id", "/who/name");
        assertThat(template.unfilledBy(data("{\"id\":null}"))).containsExactly("/id", "/who/name", "/ok");
    }

    @Test
    void aFilledPathHasNoMorePartsThanItsTemplate() {
        Template path = Template.parse("/p/{id}");
        assertThat(path.fillPath(data("{\"id\":\"a/b?c#d e+ü*\"}"))).isEqualTo("/p/a%2Fb%3Fc%23d%20e%2B%C3%BC%2A");
        assertThat(path.fillPath(data("{\"id\":\"..\"}"))).isEqualTo("/p/%2E%2E");
    }
}
