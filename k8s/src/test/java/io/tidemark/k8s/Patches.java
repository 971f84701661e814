package io.tidemark.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.yaml.snakeyaml.Yaml;

/**
 * Patches of a kustomization: JSON patches (add, also to the end of a list, replace, remove), or the deletion of the whole
 * object; of all objects of a kind, or of the one of a name. As with kustomize, one that finds no object does nothing.
 */
final class Patches {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Patches() {}

    static void apply(List<ObjectNode> objects, JsonNode patch) {
        JsonNode target = patch.path("target");
        List<ObjectNode> found = objects.stream()
                .filter(o -> o.path("kind").equals(target.path("kind")))
                .filter(o ->
                        !target.has("name") || o.path("metadata").path("name").equals(target.path("name")))
                .toList();
        JsonNode body =
                JSON.valueToTree(new Yaml().<Object>load(patch.path("patch").asText()));
        if (body.path("$patch").asText().equals("delete")) {
            objects.removeAll(found);
        } else if (body instanceof ArrayNode operations) {
            found.forEach(object -> operations.forEach(operation -> apply(object, operation)));
        } else {
            throw new IllegalArgumentException("this patch is not rendered here: " + patch);
        }
    }

    private static void apply(ObjectNode object, JsonNode operation) {
        String path = operation.path("path").asText();
        int slash = path.lastIndexOf('/');
        JsonNode parent = object.at(path.substring(0, slash));
        String name = path.substring(slash + 1);
        String kind = operation.path("op").asText();
        if (parent instanceof ArrayNode list && name.equals("-") && kind.equals("add")) {
            list.add(operation.get("value").deepCopy());
            return;
        }
        if (!(parent instanceof ObjectNode fields)) {
            throw new IllegalArgumentException("a patch changes what is not there: " + path);
        }
        if (!kind.equals("add") && !fields.has(name)) {
            throw new IllegalArgumentException("a patch replaces what is not there: " + path);
        }
        switch (kind) {
            case "remove" -> fields.remove(name);
            case "add", "replace" -> fields.set(name, operation.get("value").deepCopy());
            default -> throw new IllegalArgumentException("this operation is not rendered here: " + operation);
        }
    }
}
