package io.tidemark.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapEnvSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretEnvSource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestsTest {
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1/Namespace", Namespace.class,
            "v1/ServiceAccount", ServiceAccount.class,
            "v1/ConfigMap", ConfigMap.class,
            "v1/Service", Service.class,
            "apps/v1/Deployment", Deployment.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class);

    /** Reads the models strictly: what they would keep as an additional property is an error. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    private static Path overlay(String name) {
        return name.equals("by-digest") ? Path.of("src", "test", "resources", name) : Path.of("overlays", name);
    }

    private static HasMetadata read(JsonNode object) throws JsonProcessingException {
        String kind =
                object.path("apiVersion").asText() + '/' + object.path("kind").asText();
        Class<? extends HasMetadata> type = KINDS.get(kind);
        assertThat(type).as("a known kind: %s", kind).isNotNull();
        return STRICT.treeToValue(object, Objects.requireNonNull(type));
    }

    private static List<HasMetadata> rendered(String region) throws JsonProcessingException {
        List<HasMetadata> objects = new java.util.ArrayList<>();
        for (ObjectNode object : Kustomization.render(overlay(region))) {
            objects.add(read(object));
        }
        return objects;
    }

    private static <T> List<T> all(List<HasMetadata> objects, Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static Set<String> names(List<? extends HasMetadata> objects) {
        return objects.stream().map(o -> o.getMetadata().getName()).collect(Collectors.toSet());
    }

    @Test
    void readingIsStrict() {
        for (String wrong : List.of(
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {port: 1}}",
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 1, taget: 2}]}}",
                "{apiVersion: v1, kind: Service, metadata: {nam: a}}")) {
            assertThatThrownBy(() -> read(Kustomization.documents(wrong).getFirst()))
                    .isInstanceOf(JsonProcessingException.class);
        }
        assertThatThrownBy(() -> Kustomization.documents("a: 1\na: 2")).hasMessageContaining("duplicate key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu", "us"})
    void everyObjectIsReadStrictlyAndOnlyOnce(String region) throws Exception {
        List<HasMetadata> objects = rendered(region);
        assertThat(names(all(objects, Deployment.class))).contains("gateway-service");
        assertThat(objects.stream().map(o -> o.getKind() + ' ' + o.getMetadata().getName()))
                .doesNotHaveDuplicates();
        assertThat(objects).allSatisfy(object -> {
            assertThat(object.getMetadata().getLabels()).containsEntry("tidemark.io/region", region);
            if (!(object instanceof Namespace)) {
                assertThat(object.getMetadata().getNamespace()).isEqualTo("tidemark-" + region);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu", "us"})
    void everyPodIsConfinedProbedAndBounded(String region) throws Exception {
        for (Deployment deployment : all(rendered(region), Deployment.class)) {
            PodSpec pod = deployment.getSpec().getTemplate().getSpec();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getVolumes().stream()
                            .filter(v -> v.getEmptyDir() != null)
                            .map(Volume::getName))
                    .contains("tmp");
            for (Container container : pod.getContainers()) {
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                        .containsExactly("ALL");
                assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
                assertThat(container.getResources().getLimits().get("memory")).isInstanceOf(Quantity.class);
                for (Probe probe : List.of(
                        container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())) {
                    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
                    assertThat(probe.getHttpGet().getPath()).startsWith("/actuator/health/");
                }
                Map<String, Integer> ports = container.getPorts().stream()
                        .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
                assertThat(ports.get("management")).isEqualTo(Objects.requireNonNull(ports.get("http")) + 1000);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu", "us"})
    void whatIsReferredToIsThereAndSecretsOnlyByReference(String region) throws Exception {
        List<HasMetadata> objects = rendered(region);
        Set<String> configMaps = names(all(objects, ConfigMap.class));
        Set<String> deployments = names(all(objects, Deployment.class));
        for (Deployment deployment : all(objects, Deployment.class)) {
            PodTemplateSpec template = deployment.getSpec().getTemplate();
            Stream<String> referred = Stream.concat(
                    template.getSpec().getVolumes().stream()
                            .filter(v -> v.getConfigMap() != null)
                            .map(v -> v.getConfigMap().getName()),
                    template.getSpec().getContainers().stream()
                            .flatMap(c -> c.getEnvFrom().stream())
                            .map(EnvFromSource::getConfigMapRef)
                            .filter(Objects::nonNull)
                            .map(ConfigMapEnvSource::getName));
            assertThat(referred.toList()).isNotEmpty().allMatch(configMaps::contains);
            assertThat(template.getMetadata().getLabels())
                    .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
            assertThat(names(all(objects, ServiceAccount.class)))
                    .contains(template.getSpec().getServiceAccountName());
        }
        for (Service service : all(objects, Service.class)) {
            assertThat(deployments).contains(service.getSpec().getSelector().get("app.kubernetes.io/name"));
            assertThat(service.getSpec().getPorts())
                    .allMatch(p -> p.getTargetPort().getStrVal().equals("http"));
        }
        assertThat(all(objects, HorizontalPodAutoscaler.class).stream()
                        .map(h -> h.getSpec().getScaleTargetRef().getName()))
                .containsExactlyInAnyOrderElementsOf(deployments);
        assertThat(all(objects, PodDisruptionBudget.class).stream()
                        .map(b -> b.getSpec().getSelector().getMatchLabels().get("app.kubernetes.io/name")))
                .containsExactlyInAnyOrderElementsOf(deployments);
        assertThat(all(objects, NetworkPolicy.class).stream()
                        .map(n -> n.getSpec().getPodSelector().getMatchLabels())
                        .map(labels -> labels == null ? "" : labels.getOrDefault("app.kubernetes.io/name", "")))
                .contains("")
                .containsAll(deployments);
        assertThat(all(objects, ConfigMap.class))
                .allSatisfy(map -> assertThat(map.getData())
                        .allSatisfy(
                                (key, value) -> assertThat(value).isNotBlank().doesNotContain("whsec_", "password")));
        assertThat(objects).noneMatch(o -> o.getKind().equals("Secret"));
    }

    /** No two services share a secret, and what a service holds is all that it is given. */
    @ParameterizedTest
    @ValueSource(strings = {"eu", "us"})
    void everyServiceHasSecretsOfItsOwn(String region) throws Exception {
        List<String> secrets = all(rendered(region), Deployment.class).stream()
                .map(deployment -> deployment.getSpec().getTemplate().getSpec())
                .flatMap(pod -> pod.getContainers().stream()
                        .flatMap(container -> container.getEnvFrom().stream())
                        .map(EnvFromSource::getSecretRef)
                        .filter(Objects::nonNull)
                        .map(SecretEnvSource::getName))
                .toList();

        assertThat(secrets).contains("gateway-service").doesNotHaveDuplicates();
    }

    /** Nothing goes out by default, and what clouds tell their machines at addresses of their own is asked by nobody. */
    @ParameterizedTest
    @ValueSource(strings = {"eu", "us"})
    void whatGoesOutIsSaid(String region) throws Exception {
        List<NetworkPolicySpec> policies = all(rendered(region), NetworkPolicy.class).stream()
                .map(NetworkPolicy::getSpec)
                .toList();

        assertThat(policies).anySatisfy(policy -> {
            assertThat(policy.getPodSelector().getMatchLabels()).isNullOrEmpty();
            assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
            assertThat(policy.getEgress()).isNullOrEmpty();
        });
        assertThat(policies.stream().flatMap(policy -> policy.getEgress().stream()))
                .isNotEmpty()
                .allSatisfy(rule -> {
                    assertThat(rule.getTo()).isNotEmpty();
                    assertThat(rule.getPorts()).isNotEmpty();
                });
        assertThat(policies.stream()
                        .flatMap(policy -> policy.getEgress().stream())
                        .flatMap(rule -> rule.getTo().stream())
                        .map(NetworkPolicyPeer::getIpBlock)
                        .filter(Objects::nonNull))
                .isNotEmpty()
                .allSatisfy(
                        block -> assertThat(block.getExcept()).containsAnyOf("169.254.0.0/16", "fd00:ec2::254/128"));
    }

    @Test
    void anOverlayMayTakeImagesByDigest() throws Exception {
        assertThat(all(rendered("by-digest"), Deployment.class))
                .flatExtracting(deployment ->
                        deployment.getSpec().getTemplate().getSpec().getContainers())
                .extracting(Container::getImage)
                .containsExactly("registry.example/tidemark/gateway-service@sha256:"
                        + "3f0d8a0b0c7e4d2b9a6f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a09");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu", "us", "by-digest"})
    void kubectlRendersTheSameWhereItIsInstalled(String region) throws Exception {
        Process kubectl;
        try {
            kubectl = new ProcessBuilder("kubectl", "kustomize", overlay(region).toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException notInstalled) {
            assumeTrue(false, "kubectl is not installed");
            return;
        }
        String yaml = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(kubectl.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(kubectl.exitValue()).isZero();
        assertThat(Kustomization.documents(yaml))
                .containsExactlyInAnyOrderElementsOf(Kustomization.render(overlay(region)));
    }
}
