package io.tidemark.local.suite;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.tidemark.local.fixtures.ApiDocument;
import io.tidemark.local.suite.client.Http;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The schemas of a document of docs/api. What an object has and its schema does not name is a violation, though a reader is to ignore
 * it: else the document would fall behind.
 */
final class ApiSchemas {
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final ApiDocument document;
    private final JsonNode root;

    private ApiSchemas(ApiDocument document) {
        this.document = document;
        this.root = Http.JSON.valueToTree(document.root());
        close(root);
    }

    static ApiSchemas of(String name) {
        return new ApiSchemas(ApiDocument.named(name));
    }

    JsonNode root() {
        return root;
    }

    Set<String> operations() {
        return document.operations(_ -> true);
    }

    /** What is wrong with an answer of an operation, as {@code GET /v1/purges}. */
    List<String> violations(String operation, int status, JsonNode answer) {
        String[] words = operation.split(" ", 2);
        JsonNode responses = root.path("paths")
                .path(words[1])
                .path(words[0].toLowerCase(Locale.ROOT))
                .path("responses");
        JsonNode response = responses.path(Integer.toString(status));
        if (response.isMissingNode()) {
            response = responses.path("default");
        }
        if (response.has("$ref")) {
            response = root.at(response.path("$ref").asString().substring(1));
        }
        JsonNode content = response.path("content");
        JsonNode media = content.has("application/json")
                ? content.path("application/json")
                : content.path("application/problem+json");
        if (!media.has("schema")) {
            return List.of(operation + " does not say what " + status + " is");
        }
        return violations(media.path("schema"), answer);
    }

    List<String> violations(JsonNode schema, JsonNode value) {
        ObjectNode whole = Http.JSON.createObjectNode();
        whole.set("components", root.path("components"));
        whole.putArray("allOf").add(schema);
        return registry.getSchema(whole).validate(value).stream()
                .map(Error::toString)
                .toList();
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("type").asString("").equals("object")
                && object.has("properties")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.values().forEach(ApiSchemas::close);
    }
}
