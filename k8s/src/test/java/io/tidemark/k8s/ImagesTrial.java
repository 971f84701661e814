package io.tidemark.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./run manifests}: the images in the local Docker engine as the manifests of {@code eu} say: user, read-only root, no
 * capabilities, memory, variables, files, probes, and the end that a node prepares. What the manifests call their backends are
 * names in a network of the trial's own. Not part of the build: it needs the images. Takes about two minutes.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImagesTrial {
    private static final String NETWORK = "tidemark-manifests";
    private static final String TAG = System.getProperty("manifests.tag", "latest");
    private static final String KEY = "k1:" + Base64.getEncoder().encodeToString(new byte[32]);

    /** What Secrets bring, and the one thing in which one broker is not three. */
    private static final Map<String, String> BROUGHT = Map.of(
            "TIDEMARK_STATE_KEYS_0",
            KEY,
            "TIDEMARK_STATE_SUBJECTKEYS_0",
            KEY,
            "TIDEMARK_STATE_DATAKEYS_0",
            KEY,
            "TIDEMARK_TOKENS_SECRET",
            "of-this-trial-alone-of-this-trial-alone",
            "TIDEMARK_SOURCES_CATALOG_SECRETS_0",
            "whsec_" + KEY.substring(3),
            "TIDEMARK_TOPICS_REPLICAS",
            "1");

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> started = new ArrayList<>();

    @TempDir
    private Path folder;

    private static String docker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output.strip();
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("run", "--detach", "--network", NETWORK));
        all.addAll(Arrays.asList(arguments));
        String id = docker(all.toArray(new String[0]));
        started.add(id);
        return id;
    }

    @BeforeAll
    void backendsByTheNamesThatTheManifestsUse() throws Exception {
        docker("network", "create", NETWORK);
        run("--network-alias", "redis.data-eu.svc", "redis:8.2");
        run(
                "--network-alias",
                "redis-writes.data-eu.svc",
                "redis:8.2",
                "redis-server",
                "--appendonly",
                "yes",
                "--maxmemory-policy",
                "noeviction");
        Map<String, String> kafka = new LinkedHashMap<>();
        kafka.put("KAFKA_NODE_ID", "1");
        kafka.put("KAFKA_PROCESS_ROLES", "broker,controller");
        kafka.put("KAFKA_LISTENERS", "PLAINTEXT://:9092,CONTROLLER://:9093");
        kafka.put("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://kafka-bootstrap.kafka.svc:9092");
        kafka.put("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER");
        kafka.put("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        kafka.put("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093");
        kafka.put("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1");
        kafka.put("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "4");
        kafka.put("KAFKA_HEAP_OPTS", "-Xmx384m -XX:TieredStopAtLevel=1");
        List<String> broker = new ArrayList<>(List.of("--network-alias", "kafka-bootstrap.kafka.svc"));
        kafka.forEach((name, value) -> broker.addAll(List.of("--env", name + '=' + value)));
        broker.add("apache/kafka:4.2.1");
        run(broker.toArray(new String[0]));
    }

    @AfterAll
    void nothingIsLeft() throws Exception {
        if (!started.isEmpty()) {
            List<String> all = new ArrayList<>(List.of("rm", "--force", "--volumes"));
            all.addAll(started);
            docker(all.toArray(new String[0]));
        }
        docker("network", "rm", NETWORK);
    }

    @Test
    void everyServiceStartsAnswersItsProbesAndEndsInTime() throws Exception {
        List<ObjectNode> objects = Kustomization.render(Path.of("overlays", "eu"));
        for (JsonNode object : objects) {
            if (object.path("kind").asText().equals("Deployment")) {
                tryOut(object, objects);
            }
        }
    }

    private void tryOut(JsonNode deployment, List<ObjectNode> objects) throws Exception {
        JsonNode pod = deployment.at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        String service = container.path("name").asText();
        int management = 0;
        for (JsonNode port : container.path("ports")) {
            management = port.path("name").asText().equals("management")
                    ? port.path("containerPort").asInt()
                    : management;
        }
        String id = run(arguments(pod, container, objects, management).toArray(new String[0]));
        String address = "http://"
                + docker("port", id, management + "/tcp").lines().findFirst().orElseThrow();

        int most = container.at("/startupProbe/failureThreshold").asInt();
        Duration up = passes(id, container.path("startupProbe"), address, most);
        Duration ready =
                up.plus(passes(id, container.path("readinessProbe"), address, most)); // gets nothing until then
        passes(id, container.path("livenessProbe"), address, 1);
        String user = docker("exec", id, "id", "-u");
        assertThat(user).isEqualTo(pod.at("/securityContext/runAsUser").asText());
        List<String> mounts = container.path("volumeMounts").findValuesAsText("mountPath");
        assertThat(docker("diff", id).lines().map(line -> line.substring(2)))
                .as("written to the root of %s", service)
                .allMatch(path -> mounts.stream().anyMatch(mount -> mount.startsWith(path))); // where they are put

        long asked = System.nanoTime();
        int grace = pod.path("terminationGracePeriodSeconds").asInt();
        docker("stop", "--time", Integer.toString(grace), id);
        long took = Duration.ofNanos(System.nanoTime() - asked).toMillis();
        String state = docker("inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", id);
        System.out.printf(
                "%-22s %s MiB: started and ready in %.1f s, ended in %.1f s of %d with %s%n",
                service,
                container.at("/resources/limits/memory").asText().replace("Mi", ""),
                ready.toMillis() / 1000.0,
                took / 1000.0,
                grace,
                state);
        assertThat(state).isIn("143 false", "0 false");
        assertThat(took)
                .isLessThan((grace
                                - container
                                        .at("/lifecycle/preStop/sleep/seconds")
                                        .asInt())
                        * 1000L);
    }

    private List<String> arguments(JsonNode pod, JsonNode container, List<ObjectNode> objects, int management)
            throws IOException {
        List<String> arguments = new ArrayList<>();
        JsonNode context = pod.path("securityContext");
        arguments.addAll(List.of(
                "--user",
                context.path("runAsUser").asText()
                        + ':'
                        + context.path("runAsGroup").asText()));
        if (container.at("/securityContext/readOnlyRootFilesystem").asBoolean()) {
            arguments.add("--read-only");
        }
        if (!container.at("/securityContext/allowPrivilegeEscalation").asBoolean(true)) {
            arguments.addAll(List.of("--security-opt", "no-new-privileges"));
        }
        for (JsonNode capability : container.at("/securityContext/capabilities/drop")) {
            arguments.addAll(List.of("--cap-drop", capability.asText()));
        }
        String memory = container
                .at("/resources/limits/memory")
                .asText()
                .replace("Mi", "m")
                .replace("Gi", "g");
        arguments.addAll(List.of("--memory", memory, "--memory-swap", memory));
        arguments.addAll(List.of("--publish", "127.0.0.1::" + management));
        Map<String, String> environment = new TreeMap<>(BROUGHT);
        for (JsonNode from : container.path("envFrom")) {
            JsonNode map = configMap(objects, from.at("/configMapRef/name").asText());
            map.properties()
                    .forEach(e -> environment.put(e.getKey(), e.getValue().asText()));
        }
        for (JsonNode each : container.path("env")) {
            environment.put(each.path("name").asText(), each.path("value").asText("pod-1"));
        }
        environment.putAll(BROUGHT);
        environment.forEach((name, value) -> arguments.addAll(List.of("--env", name + '=' + value)));
        for (JsonNode mount : container.path("volumeMounts")) {
            arguments.addAll(volume(pod, mount, objects));
        }
        String image = container.path("image").asText();
        arguments.add(image.substring(0, image.lastIndexOf(':')) + ':' + TAG);
        return arguments;
    }

    private List<String> volume(JsonNode pod, JsonNode mount, List<ObjectNode> objects) throws IOException {
        String path = mount.path("mountPath").asText();
        for (JsonNode volume : pod.path("volumes")) {
            if (!volume.path("name").equals(mount.path("name"))) {
                continue;
            }
            if (volume.has("emptyDir")) {
                String size = volume.at("/emptyDir/sizeLimit").asText().replace("Mi", "m");
                return List.of("--tmpfs", path + ":mode=1777,size=" + size);
            }
            Path there = Files.createDirectories(
                    folder.resolve(volume.at("/configMap/name").asText()));
            for (var file :
                    configMap(objects, volume.at("/configMap/name").asText()).properties()) {
                Files.writeString(there.resolve(file.getKey()), file.getValue().asText());
            }
            return List.of("--volume", there + ":" + path + ":ro");
        }
        return fail("a mount without a volume: " + mount);
    }

    private static JsonNode configMap(List<ObjectNode> objects, String name) {
        return objects.stream()
                .filter(o -> o.path("kind").asText().equals("ConfigMap"))
                .filter(o -> o.at("/metadata/name").asText().equals(name))
                .map(o -> o.path("data"))
                .findFirst()
                .orElseGet(() -> objects.getFirst().path("none"));
    }

    /** As the kubelet asks: until it passes, or has failed so often. */
    private Duration passes(String id, JsonNode probe, String address, int most) throws Exception {
        long started = System.nanoTime();
        int period = probe.path("periodSeconds").asInt();
        String last = "";
        for (int i = 0; i < most; i++) {
            try {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(URI.create(
                                        address + probe.at("/httpGet/path").asText()))
                                .timeout(Duration.ofSeconds(
                                        probe.path("timeoutSeconds").asInt(1)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    return Duration.ofNanos(System.nanoTime() - started);
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (IOException notYet) {
                last = notYet.toString();
            }
            Thread.sleep(Duration.ofSeconds(period));
        }
        String logs = docker("logs", "--tail", "30", id);
        return fail(probe + " does not pass: " + last + "\n" + logs);
    }
}
