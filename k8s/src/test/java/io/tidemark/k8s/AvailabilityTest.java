package io.tidemark.k8s;

import static io.tidemark.k8s.Manifests.all;
import static io.tidemark.k8s.Manifests.rendered;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That a node, a zone, a new version or a quiet night takes no part away. Held over every overlay. */
class AvailabilityTest {
    private static final String OVERLAYS = "io.tidemark.k8s.Manifests#overlays";
    private static final String NAME = "app.kubernetes.io/name";

    /** How many instances there are at least, by service. */
    private static Map<String, Integer> least(List<HasMetadata> objects) {
        return Stream.concat(
                        all(objects, HorizontalPodAutoscaler.class).stream()
                                .map(h -> Map.entry(
                                        h.getSpec().getScaleTargetRef().getName(),
                                        h.getSpec().getMinReplicas())),
                        all(objects, ScaledObject.class).stream()
                                .map(s -> Map.entry(
                                        s.spec().scaleTargetRef().name(),
                                        s.spec().minReplicaCount())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void aNodeCanBeEmptiedAndNeverTakesAll(Path overlay) throws Exception {
        List<HasMetadata> objects = rendered(overlay);
        holdsForNodes(objects);
        assertThat(least(objects).values()).allMatch(least -> least >= 2);
    }

    /** Of sites that may be as weak as one gateway, too. */
    static void holdsForNodes(List<HasMetadata> objects) {
        Map<String, Integer> least = least(objects);
        Map<String, PodDisruptionBudget> budgets = all(objects, PodDisruptionBudget.class).stream()
                .collect(Collectors.toMap(
                        b -> b.getSpec().getSelector().getMatchLabels().get(NAME), Function.identity()));
        assertThat(least).isNotEmpty();
        assertThat(budgets.keySet()).isEqualTo(least.keySet());
        least.forEach((service, instances) -> {
            int stay = Objects.requireNonNull(budgets.get(service))
                    .getSpec()
                    .getMinAvailable()
                    .getIntVal();
            assertThat(stay).as(service).isLessThan(instances).isGreaterThanOrEqualTo(instances > 1 ? 1 : 0);
        });
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void podsAreSpreadOverZonesAndHosts(Path overlay) throws Exception {
        for (Deployment deployment : all(rendered(overlay), Deployment.class)) {
            PodTemplateSpec template = deployment.getSpec().getTemplate();
            List<TopologySpreadConstraint> spread = template.getSpec().getTopologySpreadConstraints();
            assertThat(spread)
                    .extracting(TopologySpreadConstraint::getTopologyKey)
                    .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
            assertThat(spread).allSatisfy(constraint -> {
                assertThat(constraint.getMaxSkew()).isOne();
                assertThat(constraint.getWhenUnsatisfiable())
                        .isEqualTo("ScheduleAnyway"); // one zone is better than none
                assertThat(template.getMetadata().getLabels())
                        .containsAllEntriesOf(constraint.getLabelSelector().getMatchLabels());
            });
        }
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void aNewVersionTakesNothingAwayBeforeItIsReady(Path overlay) throws Exception {
        for (Deployment deployment : all(rendered(overlay), Deployment.class)) {
            var update = deployment.getSpec().getStrategy().getRollingUpdate();
            assertThat(update.getMaxUnavailable().getIntVal()).isZero();
            assertThat(update.getMaxSurge().getIntVal()).isPositive();
            assertThat(deployment.getSpec().getReplicas())
                    .as("instances are the autoscaler's alone to say")
                    .isNull();
        }
    }

    /** Whoever is ended has first the time in which balancers forget it, then its drain, then both phases of its stop. */
    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void thereIsTimeToEndWhatIsUnderWay(Path overlay) throws Exception {
        for (Deployment deployment : all(rendered(overlay), Deployment.class)) {
            PodSpec pod = deployment.getSpec().getTemplate().getSpec();
            Container container = pod.getContainers().getFirst();
            long sleep = container.getLifecycle().getPreStop().getSleep().getSeconds();
            String service = deployment.getMetadata().getName();
            Duration ends = said(service, "timeout-per-shutdown-phase").multipliedBy(2);
            assertThat(sleep).isBetween(2L, 15L);
            assertThat(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds() - sleep))
                    .as(service)
                    .isGreaterThanOrEqualTo(said(service, "drain").plus(ends));
        }
    }

    private static Duration said(String service, String name) throws IOException {
        String yaml = Files.readString(Path.of("..", service, "src/main/resources/application.yml"));
        Matcher found = Pattern.compile("\\b" + name + ": (\\d+)s").matcher(yaml);
        assertThat(found.find()).as("%s says %s", service, name).isTrue();
        return Duration.ofSeconds(Long.parseLong(found.group(1)));
    }

    /** A slow start is no death, a pause of the collector neither; what is not ready gets nothing more within seconds. */
    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void probesAskForWhatTheyAreFor(Path overlay) throws Exception {
        for (Deployment deployment : all(rendered(overlay), Deployment.class)) {
            for (Container container :
                    deployment.getSpec().getTemplate().getSpec().getContainers()) {
                Probe startup = container.getStartupProbe();
                Probe readiness = container.getReadinessProbe();
                Probe liveness = container.getLivenessProbe();
                assertThat(List.of(startup, liveness))
                        .allMatch(probe -> probe.getHttpGet().getPath().equals("/actuator/health/liveness"));
                assertThat(readiness.getHttpGet().getPath()).isEqualTo("/actuator/health/readiness");
                assertThat(startup.getPeriodSeconds() * startup.getFailureThreshold())
                        .isGreaterThanOrEqualTo(120);
                assertThat(liveness.getPeriodSeconds() * liveness.getFailureThreshold())
                        .isBetween(30, 120);
                assertThat(readiness.getPeriodSeconds() * readiness.getFailureThreshold())
                        .isLessThanOrEqualTo(5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void everyServiceLeadsToAPortThatIsThere(Path overlay) throws Exception {
        List<HasMetadata> objects = rendered(overlay);
        Map<String, List<String>> ports = all(objects, Deployment.class).stream()
                .collect(Collectors.toMap(
                        d -> d.getMetadata().getName(),
                        d -> d.getSpec().getTemplate().getSpec().getContainers().stream()
                                .flatMap(c -> c.getPorts().stream())
                                .map(ContainerPort::getName)
                                .toList()));
        for (var service : all(objects, Service.class)) {
            String name = service.getSpec().getSelector().get(NAME);
            assertThat(service.getSpec().getPorts())
                    .isNotEmpty()
                    .map(ServicePort::getTargetPort)
                    .allSatisfy(port -> assertThat(ports.get(name)).contains(port.getStrVal()));
        }
    }

    /** Sessions and documents are anybody's: a client goes on at whichever pod it comes to. */
    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void noServiceKeepsAClientToAPod(Path overlay) throws Exception {
        assertThat(all(rendered(overlay), Service.class))
                .isNotEmpty()
                .allSatisfy(service ->
                        assertThat(service.getSpec().getSessionAffinity()).isIn(null, "None"));
    }

    /** Every mount has its volume, every volume a mount: a component adds both. */
    @ParameterizedTest
    @MethodSource(OVERLAYS)
    void volumesAndMountsBelongTogether(Path overlay) throws Exception {
        for (JsonNode object : Kustomization.render(overlay)) {
            JsonNode pod = object.at("/spec/template/spec");
            assertThat(pod.at("/containers/0/volumeMounts").findValuesAsText("name"))
                    .containsExactlyInAnyOrderElementsOf(Stream.of(pod.path("volumes"))
                            .flatMap(volumes -> StreamSupport.stream(volumes.spliterator(), false))
                            .map(volume -> volume.path("name").asText())
                            .toList());
        }
    }
}
