package io.tidemark.local.suite.restarts;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.NameServer;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.launcher.AotCache;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.ServicePart;
import io.tidemark.local.suite.launcher.Suite;
import io.tidemark.local.suite.launcher.SuiteParts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two of each service in one region, one at 127.0.0.1 and one at 127.0.0.2, with a Redis, a Kafka and an origin. Gateways reach
 * the write queue by its name, which leads to both.
 */
final class Fleet implements AutoCloseable {
    static final List<String> SERVICES = List.of("gateway-service", "invalidation-service", "write-queue-service");

    private static final List<String> HOSTS = List.of("127.0.0.1", "127.0.0.2");
    private static final List<Integer> PORTS = List.of(28280, 28282, 28283);
    private static final int ORIGIN = 28284;
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);

    private final LauncherOptions options;
    private final Duration drain;
    private final NameServer names = new NameServer();
    private final Redis redis;
    private final Kafka kafka;
    private final ServicePart origin;
    private final List<Instance> instances = new ArrayList<>();

    private Fleet(LauncherOptions options, Duration drain) {
        this.options = options;
        this.drain = drain;
        redis = Redis.create(backend("redis").withDurableKeys());
        kafka = Kafka.create(backend("kafka"));
        origin = part("origin-stub", "origin-stub", HOSTS.getFirst(), ORIGIN, Map.of("stub.webhook.enabled", "false"));
        for (String service : SERVICES) {
            for (String host : HOSTS) {
                int number = 1 + HOSTS.indexOf(host);
                int port = PORTS.get(SERVICES.indexOf(service));
                ServicePart part = part(service + '-' + number, service, host, port, settings(service, number));
                instances.add(new Instance(service, host, port, part));
            }
        }
    }

    /** Starts all; returns once each is ready. */
    static Fleet start(LauncherOptions options, Duration drain) {
        Fleet fleet = new Fleet(options, drain);
        try {
            Backends.startAll(List.of(fleet.redis, fleet.kafka));
            fleet.origin.start();
            for (String host : HOSTS) {
                Suite.startAll(fleet.instances.stream()
                        .filter(instance -> instance.host().equals(host))
                        .map(Instance::part)
                        .toList());
            }
            return fleet;
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    /** Whether this machine's loopback has the second address. */
    static boolean isPossible() {
        try (ServerSocket _ = new ServerSocket(0, 1, InetAddress.getByName(HOSTS.getLast()))) {
            return true;
        } catch (IOException oneAddress) {
            return false;
        }
    }

    private BackendOptions backend(String name) {
        return BackendOptions.named(name)
                .withMode(BackendMode.EMBEDDED)
                .withData(options.data().resolve(name));
    }

    private ServicePart part(String name, String module, String host, int port, Map<String, String> more) {
        List<String> java = new ArrayList<>(SuiteParts.JVM);
        java.addAll(AotCache.use(options.jar(module)));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spring.profiles.active", "local");
        settings.put("spring.kafka.bootstrap-servers", kafka.bootstrapServers());
        settings.put("spring.data.redis.url", redis.url());
        settings.put("tidemark.drain", drain.toMillis() + "ms");
        settings.putAll(more);
        return new ServicePart(name, host, port, java, settings, Map.of(), options.logs());
    }

    private Map<String, String> settings(String service, int number) {
        String origin = "http://" + HOSTS.getFirst() + ':' + ORIGIN;
        int writes = PORTS.get(SERVICES.indexOf("write-queue-service"));
        return switch (service) {
            case "gateway-service" ->
                Map.of(
                        "tidemark.region",
                        "eu",
                        "tidemark.colo",
                        "eu-" + number,
                        "tidemark.origin",
                        origin,
                        "tidemark.writes",
                        "http://" + Balancer.name("write-queue-service") + ':' + writes,
                        "tidemark.origins.dns.servers",
                        names.address());
            case "write-queue-service" -> Map.of("tidemark.origin", origin);
            default -> Map.of();
        };
    }

    NameServer names() {
        return names;
    }

    List<Instance> instances() {
        return List.copyOf(instances);
    }

    /** SIGTERM; returns once it has ended, by itself within a minute. */
    static void stop(Instance instance) {
        instance.part().stop(STOPPED_WITHIN);
    }

    @Override
    public void close() {
        List<Thread> stops = instances.stream()
                .map(instance -> Thread.ofVirtual().start(instance.part()::stop))
                .toList();
        for (Thread stop : stops) {
            try {
                stop.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        origin.stop();
        kafka.close();
        redis.close();
        names.close();
    }
}
