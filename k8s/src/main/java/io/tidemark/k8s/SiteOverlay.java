package io.tidemark.k8s;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** The overlay of one site, as kustomize reads it. */
final class SiteOverlay {
    private final Site site;
    private final List<Site> all;

    SiteOverlay(Site site, List<Site> all) {
        this.site = site;
        this.all = all;
    }

    String namespace() {
        return yaml(fields(
                "apiVersion",
                "v1",
                "kind",
                "Namespace",
                "metadata",
                fields(
                        "name",
                        "tidemark-" + site.name(),
                        "labels",
                        fields("pod-security.kubernetes.io/enforce", "restricted"))));
    }

    /** @param manifests the way from the overlay's folder to {@code k8s} */
    String kustomization(Path manifests) {
        List<String> resources = new ArrayList<>(List.of("namespace.yaml"));
        for (String part : site.hasAllServices() ? List.of("base") : List.of("base/common", "base/gateway")) {
            resources.add(manifests.resolve(part).toString());
        }
        Map<String, Object> kustomization = fields(
                "apiVersion",
                "kustomize.config.k8s.io/v1beta1",
                "kind",
                "Kustomization",
                "namespace",
                "tidemark-" + site.name(),
                "resources",
                resources);
        if (!site.components().isEmpty()) {
            kustomization.put(
                    "components",
                    site.components().stream()
                            .map(component -> manifests
                                    .resolve("components")
                                    .resolve(component)
                                    .toString())
                            .toList());
        }
        kustomization.put(
                "labels",
                List.of(fields(
                        "includeTemplates",
                        true,
                        "pairs",
                        fields("app.kubernetes.io/part-of", "tidemark", "tidemark.io/region", site.name()))));
        kustomization.put("patches", patches());
        return "# Made of the file of sites by ./run sites: change that, not this.\n" + yaml(kustomization);
    }

    private List<Object> patches() {
        List<Object> patches = new ArrayList<>();
        patches.add(patch(
                "ConfigMap",
                "tidemark-region",
                List.of(
                        replace("/data/TIDEMARK_REGION", site.name()),
                        replace("/data/SPRING_DATA_REDIS_URL", site.redis()),
                        replace("/data/SPRING_KAFKA_BOOTSTRAP_SERVERS", site.kafka()))));
        if (site.writesRedis() != null) {
            patches.add(patch(
                    "ConfigMap",
                    "write-queue-service",
                    List.of(replace("/data/SPRING_DATA_REDIS_URL", site.writesRedis()))));
        }
        patches.add(patch("ConfigMap", "gateway-service", gateway()));
        patches.add(patch(
                "HorizontalPodAutoscaler",
                "gateway-service",
                List.of(
                        replace("/spec/minReplicas", site.gateways().least()),
                        replace("/spec/maxReplicas", site.gateways().most()))));
        patches.add(patch(
                "PodDisruptionBudget",
                "gateway-service",
                List.of(replace("/spec/minAvailable", site.gateways().stay()))));
        String resources = "/spec/template/spec/containers/0/resources/";
        patches.add(patch(
                "Deployment",
                "gateway-service",
                List.of(
                        replace(resources + "requests/cpu", site.gateways().cpu()),
                        replace(resources + "requests/memory", site.gateways().memory()),
                        replace(resources + "limits/memory", site.gateways().memory()))));
        return patches;
    }

    /** How its heap is divided, where writes go, where the gateways of other sites are, and whose word about clients is believed. */
    private List<Map<String, Object>> gateway() {
        List<Map<String, Object>> operations = new ArrayList<>();
        ContainerMemory memory =
                ContainerMemory.of((long) Size.parse(site.gateways().memory()));
        operations.add(add("/data/TIDEMARK_STORE_LOCALSIZE", memory.store() / 1024 + "KB"));
        operations.add(add("/data/TIDEMARK_PURGE_MAXTARGETS", Integer.toString(memory.maxTargets())));
        if (site.writes() != null && !site.hasAllServices()) {
            operations.add(replace("/data/TIDEMARK_WRITES", site.writes()));
        }
        int network = 0;
        for (Site other : all) {
            if (other.name().equals(site.name())) {
                continue;
            }
            if (other.gateway() != null) {
                operations.add(
                        add("/data/TIDEMARK_STATE_HOMES_" + other.name().toUpperCase(Locale.ROOT), other.gateway()));
            }
            for (String address : other.addresses()) {
                operations.add(add("/data/TIDEMARK_FORWARDED_TRUSTED_" + network++, address));
            }
        }
        return operations;
    }

    private static Map<String, Object> patch(String kind, String name, List<Map<String, Object>> operations) {
        return fields("target", fields("kind", kind, "name", name), "patch", yaml(operations, 0));
    }

    private static Map<String, Object> replace(String path, Object value) {
        return fields("op", "replace", "path", path, "value", value);
    }

    private static Map<String, Object> add(String path, Object value) {
        return fields("op", "add", "path", path, "value", value);
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    private static String yaml(Object content) {
        return yaml(content, 2);
    }

    /** @param indent of lists; 0 where all is one, for kustomize does not read a text that begins with spaces */
    private static String yaml(Object content, int indent) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndicatorIndent(indent);
        options.setIndentWithIndicator(indent > 0);
        options.setWidth(140);
        return new Yaml(options).dump(content);
    }
}
