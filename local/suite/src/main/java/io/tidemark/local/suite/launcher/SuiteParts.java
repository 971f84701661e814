package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.KafkaCluster;
import io.tidemark.local.backends.Redis;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the suite consists of, in groups: all of a group start together, a group starts when the one before it answers.
 *
 * @param services the gateways are the last, so that they are ready when what they ask is
 * @param tokenSecret what the demo issuer signs the tokens of users with
 */
public record SuiteParts(List<Part> backends, List<Part> services, String tokenSecret) {
    /** The command of a service's JVM, but for what it runs. */
    public static final List<String> JVM = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError", // as in the image: the suite starts it again, and says so
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    public static SuiteParts create(LauncherOptions options, Wiring wiring) {
        return create(options, wiring, (_, jar) -> AotCache.use(jar));
    }

    /**
     * The same with other programs.
     *
     * @param program what the JVM of a service is told, after its options, whose place it may take: from the service's name and its jar
     */
    public static SuiteParts create(
            LauncherOptions options, Wiring wiring, BiFunction<String, Path, List<String>> program) {
        BackendMode mode = BackendMode.choose();
        Redis redisEu = Redis.create(backend(options, mode, "redis-eu", 16379).withDurableKeys());
        Redis redisUs = Redis.create(backend(options, mode, "redis-us", 16380).withDurableKeys());
        KafkaCluster cluster = wiring.kafka();
        List<Kafka> brokers = cluster == null ? List.of(broker(options, mode, wiring)) : cluster.brokers();
        StateSecrets secrets = StateSecrets.random();
        var services = new Services(options, brokers, wiring, program, secrets);
        List<Part> backends = new ArrayList<>(List.of(Part.of(redisEu), Part.of(redisUs)));
        if (wiring.keyStore()) {
            backends.add(Part.of(Redis.create(
                    backend(options, mode, "redis-keys", Wiring.KEY_STORE).withDurableKeys())));
        }
        brokers.forEach(broker -> backends.add(Part.of(broker)));
        backends.add(services.create("origin-stub", "origin-stub", 8084, "eu", redisEu));
        return new SuiteParts(
                List.copyOf(backends),
                List.of(
                        services.create("invalidation-service", "invalidation-service", 8082, "eu", redisEu),
                        services.create("write-queue-service", "write-queue-service", 8083, "eu", redisEu),
                        services.create("gateway-eu-1", "gateway-service", 8080, "eu", redisEu),
                        services.create("gateway-us-1", "gateway-service", 8081, "us", redisUs)),
                secrets.tokens());
    }

    private static Kafka broker(LauncherOptions options, BackendMode mode, Wiring wiring) {
        BackendOptions broker = backend(options, mode, "kafka", 19092);
        return Kafka.create(wiring.kafkaUs() == null ? broker : broker.withProxiedListener(wiring.kafkaUs()));
    }

    private static BackendOptions backend(LauncherOptions options, BackendMode mode, String name, int port) {
        return BackendOptions.named(name)
                .withMode(mode)
                .withPort(port)
                .withData(options.data().resolve(name));
    }

    public List<Part> all() {
        return Stream.concat(backends.stream(), services.stream()).toList();
    }

    private record Services(
            LauncherOptions options,
            List<Kafka> brokers,
            Wiring wiring,
            BiFunction<String, Path, List<String>> program,
            StateSecrets secrets) {
        Part create(String name, String module, int port, String region, Redis redis) {
            List<String> java = new ArrayList<>(JVM);
            java.addAll(program.apply(name, options.jar(module)));
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("spring.profiles.active", "local");
            settings.put(
                    "spring.kafka.bootstrap-servers",
                    brokers.stream().map(Kafka::bootstrapServers).collect(Collectors.joining(",")));
            settings.put("spring.data.redis.url", redis.url());
            if (brokers.size() > 1) {
                settings.put("tidemark.topics.replicas", Integer.toString(brokers.size()));
            }
            if (module.equals("gateway-service")) {
                settings.putAll(wiring.gateway(region));
                settings.put("tidemark.region", region);
                settings.put("tidemark.colo", region + "-1");
                settings.put("tidemark.documents.enabled", "true");
                settings.put("tidemark.documents.regions.others", region.equals("eu") ? "us" : "eu");
                settings.put("tidemark.documents.erasers", "ann"); // the tour's user
            }
            if (module.equals("invalidation-service") || module.equals("write-queue-service")) {
                settings.putAll(wiring.services());
            }
            if (module.equals("invalidation-service")) {
                settings.put("tidemark.freshness.regions.eu", "http://127.0.0.1:8080");
                settings.put("tidemark.freshness.regions.us", "http://127.0.0.1:8081");
                settings.put("tidemark.freshness.canary", "http://127.0.0.1:8080/api/products/canary");
                settings.put("tidemark.freshness.origin", "http://127.0.0.1:8084/api/products/canary");
                settings.put("tidemark.freshness.change", "http://127.0.0.1:8084/api/products/canary");
            }
            if (module.equals("write-queue-service")) {
                settings.putAll(wiring.writeQueue());
            }
            if (module.equals("origin-stub")) {
                settings.put("stub.data-dir", options.data().resolve(name).toString()); // its effects outlive a kill
                settings.putAll(wiring.stub());
            }
            Map<String, String> environment = new LinkedHashMap<>(wiring.environment(name));
            environment.putAll(secrets.of(module, region, wiring.plainWrites()));
            return new ServicePart(name, "127.0.0.1", port, java, settings, environment, options.logs());
        }
    }
}
