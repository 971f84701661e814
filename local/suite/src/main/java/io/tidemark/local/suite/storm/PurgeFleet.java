package io.tidemark.local.suite.storm;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.BackendOptions.ProxiedListener;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.LeanHttp;
import io.tidemark.local.suite.client.WebhookSignature;
import io.tidemark.local.suite.launcher.AotCache;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.launcher.ServicePart;
import io.tidemark.local.suite.launcher.Suite;
import io.tidemark.local.suite.launcher.SuiteParts;
import io.tidemark.local.suite.machine.ProcessorTime;
import io.tidemark.local.suite.machine.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * The purge path as real processes, beside whatever else runs on this machine: gateways {@code eu-1} and {@code eu-2} of one
 * region and {@code us-1} of another, an invalidation service, Redis for each region, Kafka, all on ports of their own; the
 * origin is in this process. Gateway {@code eu-2} reaches Kafka only through a proxy. Nothing is started again by itself.
 */
final class PurgeFleet implements AutoCloseable {
    /** One of the services, as a process that can be killed and started again. */
    record Service(String name, int port, ServicePart part) {
        String url() {
            return "http://127.0.0.1:" + port;
        }

        String management() {
            return "http://127.0.0.1:" + (port + 1000);
        }

        /** SIGKILL; returns once it is gone. */
        void kill() throws InterruptedException {
            ProcessHandle process = ProcessHandle.of(pid(part.process())).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private static final int GATEWAYS = 28080;
    private static final int INVALIDATION = 28082;

    private final LauncherOptions options;
    private final VersionedOrigin origin = new VersionedOrigin();
    private final Redis redisEu;
    private final Redis redisUs;
    private final Kafka kafka;
    private final TcpProxy kafkaOfEu2;
    private final Map<String, Service> services = new LinkedHashMap<>();

    private PurgeFleet(LauncherOptions options) throws IOException {
        this.options = options;
        redisEu = Redis.create(backend("redis-eu").withDurableKeys());
        redisUs = Redis.create(backend("redis-us").withDurableKeys());
        var proxied = new ProxiedListener(Ports.free(), Ports.free());
        kafka = Kafka.create(backend("kafka").withProxiedListener(proxied));
        kafkaOfEu2 = new TcpProxy(proxied.proxyPort(), proxied.port());
        define(
                "invalidation-service",
                "invalidation-service",
                INVALIDATION,
                redisEu,
                kafka.bootstrapServers(),
                Map.of());
        gateway("eu-1", GATEWAYS, redisEu, kafka.bootstrapServers());
        gateway("eu-2", GATEWAYS + 1, redisEu, "127.0.0.1:" + proxied.proxyPort());
        gateway("us-1", GATEWAYS + 4, redisUs, kafka.bootstrapServers());
    }

    /** Starts everything and returns once every service is ready. */
    static PurgeFleet start(LauncherOptions options) throws IOException {
        var fleet = new PurgeFleet(options);
        try {
            Backends.startAll(List.of(fleet.redisEu, fleet.redisUs, fleet.kafka));
            Suite.startAll(fleet.services.values().stream().map(Service::part).toList());
            return fleet;
        } catch (RuntimeException e) {
            fleet.close();
            throw e;
        }
    }

    private BackendOptions backend(String name) {
        return BackendOptions.named(name)
                .withMode(BackendMode.EMBEDDED)
                .withData(options.data().resolve(name));
    }

    private void gateway(String colo, int port, Redis redis, String bootstrapServers) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("tidemark.region", colo.substring(0, 2));
        settings.put("tidemark.colo", colo);
        settings.put("tidemark.origin", "http://127.0.0.1:" + origin.port());
        settings.put("tidemark.redis.budget", "2s"); // what is looked at is there, however busy the machine is
        define(colo, "gateway-service", port, redis, bootstrapServers, settings);
    }

    private Service define(
            String name, String module, int port, Redis redis, String bootstrapServers, Map<String, String> more) {
        List<String> java = new ArrayList<>(SuiteParts.JVM);
        java.add("-Xmn8m"); // often and short: a receipt waits for the longest pause of them all
        java.addAll(AotCache.use(options.jar(module)));
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("spring.profiles.active", "local");
        settings.put("spring.kafka.bootstrap-servers", bootstrapServers);
        settings.put("spring.data.redis.url", redis.url());
        settings.putAll(more);
        var service = new Service(name, port, new ServicePart(name, port, java, settings, options.logs()));
        services.put(name, service);
        return service;
    }

    VersionedOrigin origin() {
        return origin;
    }

    Kafka kafka() {
        return kafka;
    }

    Redis redisEu() {
        return redisEu;
    }

    Redis redisUs() {
        return redisUs;
    }

    /** The only way of gateway {@code eu-2} to Kafka. */
    TcpProxy kafkaOfEu2() {
        return kafkaOfEu2;
    }

    Service gateway(String colo) {
        return java.util.Objects.requireNonNull(services.get(colo), colo);
    }

    List<Service> gateways() {
        return List.of(gateway("eu-1"), gateway("eu-2"), gateway("us-1"));
    }

    Service invalidation() {
        return gateway("invalidation-service");
    }

    /** Adds one more invalidation service, that is not started yet. */
    Service anotherInvalidation() {
        return define(
                "invalidation-service-2",
                "invalidation-service",
                INVALIDATION + 1,
                redisEu,
                kafka.bootstrapServers(),
                Map.of());
    }

    /** Signs and posts a hard purge of a product; it answers when it is complete, or after so many seconds with 202. */
    HttpResponse<String> purge(String product, int waitSeconds) throws IOException, InterruptedException {
        return purge(invalidation(), "msg_" + UUID.randomUUID(), product, waitSeconds);
    }

    HttpResponse<String> purge(Service at, String id, String product, int waitSeconds)
            throws IOException, InterruptedException {
        String body = purgeOf(product);
        return Http.send("POST", purges(at), body, signed(id, body, waitSeconds));
    }

    /** The same for load. */
    LeanHttp.Answer leanPurge(String product, int waitSeconds) throws IOException {
        String body = purgeOf(product);
        return LeanHttp.post(purges(invalidation()), body, signed("msg_" + UUID.randomUUID(), body, waitSeconds));
    }

    private static String purges(Service at) {
        return at.url() + "/v1/sources/catalog/purges";
    }

    private static String purgeOf(String product) {
        return "{\"targets\":[{\"tag\":\"product:" + product + "\"}],\"mode\":\"hard\"}";
    }

    private static String[] signed(String id, String body, int waitSeconds) {
        String wait = "wait=" + waitSeconds;
        return WebhookSignature.headers(id, Instant.now(), body, WebhookSignature.SECRET, "Prefer", wait);
    }

    /** What each process has used of the processors since its start, in microseconds, by name; 0 where that cannot be told. */
    Map<String, Long> processorMicros() {
        Map<String, Long> micros = new LinkedHashMap<>();
        services.forEach(
                (name, service) -> micros.put(name, micros(pid(service.part().process()))));
        micros.put("kafka", micros(pid(kafka.process())));
        micros.put("redis-eu", micros(pid(redisEu.process())));
        micros.put("redis-us", micros(pid(redisUs.process())));
        micros.put("clients and origin", micros(ProcessHandle.current().pid()));
        return micros;
    }

    /** What the just-in-time compilers of all processes have used of the processors since their start, in microseconds. */
    long compilerMicros() {
        return Stream.concat(
                        services.values().stream().map(service -> service.part().process()),
                        Stream.of(
                                kafka.process(),
                                "pid " + ProcessHandle.current().pid()))
                .mapToLong(process -> compilerMicros(pid(process)))
                .sum();
    }

    private static long compilerMicros(long pid) {
        try {
            return ProcessorTime.micros(pid, "C1 Compiler") + ProcessorTime.micros(pid, "C2 Compiler");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long micros(long pid) {
        try {
            return ProcessorTime.micros(pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number in {@code pid 42}; 0 for a process that does not run. */
    private static long pid(String process) {
        return process.startsWith("pid ") ? Long.parseLong(process.substring("pid ".length())) : 0;
    }

    /** Where the logs are. */
    Path logs() {
        return options.logs();
    }

    @Override
    public void close() {
        kafkaOfEu2.restore();
        try (var stops = Executors.newVirtualThreadPerTaskExecutor()) {
            services.values().forEach(service -> stops.execute(service.part()::stop));
        }
        List.of(kafka, redisEu, redisUs).forEach(backend -> backend.close());
        kafkaOfEu2.close();
        origin.close();
    }
}
