package io.tidemark.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * Renders a kustomization as far as the manifests here use it: resources, components, namespace, labels with templates,
 * images and {@link Patches}. Anything else is refused, so that nothing is passed over.
 */
final class Kustomization {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> CLUSTER_WIDE = Set.of("Namespace");
    private static final Set<String> WITH_TEMPLATE = Set.of("Deployment", "StatefulSet", "DaemonSet", "Job");

    private Kustomization() {}

    /** The objects of a kustomization's folder. */
    static List<ObjectNode> render(Path folder) {
        JsonNode kustomization = single(folder.resolve("kustomization.yaml"));
        return complete(folder, kustomization, "Kustomization", new ArrayList<>());
    }

    /** A component changes what the kustomization that takes it has gathered so far. */
    private static List<ObjectNode> complete(
            Path folder, JsonNode kustomization, String kind, List<ObjectNode> objects) {
        if (!kustomization.path("kind").asText().equals(kind)) {
            throw new IllegalArgumentException(folder + " is no " + kind);
        }
        for (var member : kustomization.properties()) {
            switch (member.getKey()) {
                case "apiVersion", "kind", "namespace", "labels", "patches", "images", "components" -> {}
                case "resources" -> member.getValue().forEach(resource -> objects.addAll(load(folder, resource)));
                default ->
                    throw new IllegalArgumentException(folder + ": " + member.getKey() + " is not rendered here");
            }
        }
        for (JsonNode component : kustomization.path("components")) {
            Path there = folder.resolve(component.asText()).normalize();
            complete(there, single(there.resolve("kustomization.yaml")), "Component", objects);
        }
        kustomization.path("patches").forEach(patch -> Patches.apply(objects, patch));
        if (kustomization.has("namespace")) {
            for (ObjectNode object : objects) {
                if (!CLUSTER_WIDE.contains(object.path("kind").asText())) {
                    object.withObject("/metadata").set("namespace", kustomization.get("namespace"));
                }
            }
        }
        kustomization.path("labels").forEach(labels -> label(objects, labels));
        kustomization.path("images").forEach(image -> name(objects, image));
        return objects;
    }

    /** The documents of a YAML file; a key that occurs twice is an error. */
    static List<ObjectNode> documents(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return StreamSupport.stream(new Yaml(options).loadAll(yaml).spliterator(), false)
                .map(document -> (ObjectNode) JSON.valueToTree(document))
                .toList();
    }

    private static List<ObjectNode> load(Path folder, JsonNode resource) {
        Path path = folder.resolve(resource.asText()).normalize();
        return Files.isDirectory(path) ? render(path) : documents(read(path));
    }

    private static ObjectNode single(Path file) {
        List<ObjectNode> documents = documents(read(file));
        if (documents.size() != 1) {
            throw new IllegalArgumentException(file + " must hold one document");
        }
        return documents.getFirst();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void label(List<ObjectNode> objects, JsonNode labels) {
        if (!labels.path("includeTemplates").asBoolean()
                || labels.path("includeSelectors").asBoolean()) {
            throw new IllegalArgumentException(
                    "only labels with includeTemplates and without includeSelectors are rendered");
        }
        for (ObjectNode object : objects) {
            ObjectNode pairs = (ObjectNode) labels.get("pairs");
            object.withObject("/metadata/labels").setAll(pairs);
            if (WITH_TEMPLATE.contains(object.path("kind").asText())) {
                object.withObject("/spec/template/metadata/labels").setAll(pairs);
            }
        }
    }

    private static void name(List<ObjectNode> objects, JsonNode image) {
        for (ObjectNode object : objects) {
            for (JsonNode container : object.at("/spec/template/spec/containers")) {
                String[] known = container.path("image").asText().split(":", -1);
                if (known[0].equals(image.path("name").asText())) {
                    String name = image.path("newName").asText(known[0]);
                    String version = image.has("digest")
                            ? '@' + image.path("digest").asText()
                            : ':' + image.path("newTag").asText(known[1]);
                    ((ObjectNode) container).put("image", name + version);
                }
            }
        }
    }
}
