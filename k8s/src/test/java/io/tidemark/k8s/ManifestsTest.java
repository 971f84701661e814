package io.tidemark.k8s;

import static io.tidemark.k8s.Manifests.all;
import static io.tidemark.k8s.Manifests.names;
import static io.tidemark.k8s.Manifests.read;
import static io.tidemark.k8s.Manifests.rendered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestsTest {
    private static final String OVERLAYS = "io.tidemark.k8s.Manifests#overlays";

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
    @MethodSource(OVERLAYS)
    void everyObjectIsReadStrictlyAndOnlyOnce(Path overlay) throws Exception {
        List<HasMetadata> objects = rendered(overlay);
        assertThat(names(all(objects, Deployment.class))).contains("gateway-service");
        String region = all(objects, ConfigMap.class).stream()
                .map(map -> map.getData().get("TIDEMARK_REGION"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
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
    @MethodSource(OVERLAYS)
    void everyPodIsConfinedProbedAndBounded(Path overlay) throws Exception {
        for (Deployment deployment : all(rendered(overlay), Deployment.class)) {
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
    @MethodSource(OVERLAYS)
    void whatIsReferredToIsThereAndSecretsOnlyByReference(Path overlay) throws Exception {
        List<HasMetadata> objects = rendered(overlay);
        Set<String> configMaps = names(all(objects, ConfigMap.class));
        Set<String> deployments = names(all(objects, Deployment.class));
        for (Deployment deployment : all(objects, Deployment.class)) {
            PodTemplateSpec template = deployment.getSpec().getTemplate();
            Stream<String> referred = Stream.concat(
                    template.getSpec().getVolumes().stream()
                            .filter(v -> v.getConfigMap() != null)
                            .map(v -> v.getConfigMap().getName())
                            .filter(name -> !name.equals("backends-ca")), // which is brought
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
        assertThat(Stream.concat(
                        all(objects, HorizontalPodAutoscaler.class).stream()
                                .map(h -> h.getSpec().getScaleTargetRef().getName()),
                        all(objects, ScaledObject.class).stream()
                                .map(s -> s.spec().scaleTargetRef().name())))
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
    @MethodSource(OVERLAYS)
    void everyServiceHasSecretsOfItsOwn(Path overlay) throws Exception {
        List<String> secrets = all(rendered(overlay), Deployment.class).stream()
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
    @MethodSource(OVERLAYS)
    void whatGoesOutIsSaid(Path overlay) throws Exception {
        List<NetworkPolicySpec> policies = all(rendered(overlay), NetworkPolicy.class).stream()
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
        assertThat(all(rendered(Path.of("src", "test", "resources", "by-digest")), Deployment.class))
                .flatExtracting(deployment ->
                        deployment.getSpec().getTemplate().getSpec().getContainers())
                .extracting(Container::getImage)
                .containsExactly("registry.example/tidemark/gateway-service@sha256:"
                        + "3f0d8a0b0c7e4d2b9a6f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a09");
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void kubectlRendersTheSameWhereItIsInstalled(Path overlay) throws Exception {
        assertThat(Kubectl.kustomize(overlay)).containsExactlyInAnyOrderElementsOf(Kustomization.render(overlay));
    }
}
