package io.tidemark.k8s;

import static io.tidemark.k8s.Manifests.all;
import static io.tidemark.k8s.Manifests.names;
import static io.tidemark.k8s.Manifests.rendered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SitesTest {
    private static final Path MANIFESTS = Path.of(".");

    @TempDir
    private Path folder;

    private List<Site> write(String yaml) throws IOException {
        return Sites.write(MANIFESTS, Files.writeString(folder.resolve("sites.yaml"), yaml), folder.resolve("out"));
    }

    private static String twoHundred() {
        StringBuilder yaml = new StringBuilder("""
            all: { kafka: kafka:9092, writes: "https://writes.s0.example", components: [tls-backends] }
            sites:
            """);
        for (int i = 0; i < 200; i++) {
            yaml.append("  - name: s%d%n    redis: rediss://redis.s%d.svc:6380%n".formatted(i, i));
            if (i % 10 == 0) { // ten of each ten keep sessions for others, and queue
                yaml.append("""
                        writes-redis: rediss://writes.s%d.svc:6380
                        gateway: https://s%d.example
                        addresses: [10.0.%d.0/24]
                        components: [keda]
                    """.formatted(i, i, i));
            } else if (i % 10 == 9) {
                yaml.append("    gateways: { least: 1, most: 2, cpu: 250m, memory: 384Mi }\n");
            }
        }
        return yaml.toString();
    }

    private static Map<String, String> data(List<HasMetadata> objects, String name) {
        return all(objects, ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getData();
    }

    @Test
    void twoHundredAreRenderedAndKeepTheRules() throws Exception {
        assertThat(write(twoHundred())).hasSize(200);
        for (int i = 0; i < 200; i++) {
            List<HasMetadata> objects = rendered(folder.resolve("out/s" + i));
            assertThat(names(all(objects, Deployment.class))).hasSize(i % 10 == 0 ? 3 : 1);
            AvailabilityTest.holdsForNodes(objects);
            assertThat(data(objects, "tidemark-region"))
                    .containsEntry("TIDEMARK_REGION", "s" + i)
                    .containsEntry("SPRING_DATA_REDIS_URL", "rediss://redis.s%d.svc:6380".formatted(i))
                    .doesNotContainValue("");
            assertThat(data(objects, "gateway-service"))
                    .containsEntry(
                            "TIDEMARK_WRITES",
                            i % 10 == 0 ? "http://write-queue-service:8083" : "https://writes.s0.example")
                    .doesNotContainKey("TIDEMARK_STATE_HOMES_S" + i)
                    .containsEntry(
                            i == 40 ? "TIDEMARK_STATE_HOMES_S30" : "TIDEMARK_STATE_HOMES_S40",
                            i == 40 ? "https://s30.example" : "https://s40.example")
                    .containsKey("TIDEMARK_FORWARDED_TRUSTED_" + (i % 10 == 0 ? 18 : 19))
                    .doesNotContainKey("TIDEMARK_FORWARDED_TRUSTED_" + (i % 10 == 0 ? 19 : 20));
        }
    }

    @Test
    void theExampleIsRenderedAsItSays() throws Exception {
        List<Site> sites = Sites.write(MANIFESTS, Path.of("sites.yaml"), folder);
        assertThat(sites).extracting(Site::name).containsExactly("fra", "nyc", "osl");
        assertThat(sites.getFirst().components()).containsExactly("keda", "redis-sentinel", "tls");
        List<HasMetadata> weak = rendered(folder.resolve("osl"));
        assertThat(data(weak, "gateway-service"))
                .containsEntry("TIDEMARK_STORE_LOCALSIZE", "47488KB")
                .containsEntry("TIDEMARK_PURGE_MAXTARGETS", "253269");
        assertThat(all(weak, HorizontalPodAutoscaler.class).getFirst().getSpec().getMinReplicas())
                .isOne();
        assertThat(all(weak, Deployment.class)
                        .getFirst()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getLimits())
                .containsEntry("memory", Quantity.parse("384Mi"));
    }

    @Test
    void kubectlRendersThemTheSameWhereItIsInstalled() throws Exception {
        Sites.write(MANIFESTS, Path.of("sites.yaml"), folder);
        for (String site : List.of("fra", "nyc")) {
            assertThat(Kubectl.kustomize(folder.resolve(site)))
                    .containsExactlyInAnyOrderElementsOf(Kustomization.render(folder.resolve(site)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "- { name: a } | sites[0] (a): redis is missing",
                "- { name: a, redis: r, kafka: k } | sites[0] (a): writes: it has no writes-redis",
                "- { name: a, redis: r, kafka: k, writes: w, redsi: r } | sites[0]: there is no redsi",
                "- { name: a-b, redis: r, kafka: k, writes: w } | sites[0] (a-b): name: a letter",
                "- { name: a, redis: r, kafka: k, writes: w, components: [tsl] } | components: there is no tsl",
                "- { name: a, redis: r, kafka: k, writes: w, gateways: { least: 0 } } | least must be 1 or more",
                "- { name: a, redis: r, kafka: k, writes: w, gateways: { least: 4, most: 3 } } | most no fewer",
                "- { name: a, redis: r, kafka: k, writes: w, gateways: { memory: 1 } } | sites[0] (a): gateways.memory",
                "- { name: a, redis: r, kafka: k, writes: w }\\n"
                        + "- { name: a, redis: r, kafka: k, writes: w } | a is there twice",
                "- { name: a, name: b } | duplicate key"
            })
    void whatIsWrongIsRefusedAsAWholeWithItsPlace(String sites, String said) {
        String yaml = "sites:\n" + sites.replace("\\n", "\n");
        assertThatThrownBy(() -> write(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sites.yaml: ")
                .hasMessageContaining(said);
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
