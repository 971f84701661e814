package io.tidemark.local.suite.sessions;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Two gateways of region eu and one of us, each region's Redis, a write queue, an invalidation service, a Kafka and an origin, on free
 * ports.
 */
final class Site implements AutoCloseable {
    static final String TOKEN_SECRET = "the issuer of these trials is nobody else";

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    private final LauncherOptions options;
    private final Origin origin;
    private final Kafka kafka;
    private final Redis eu;
    private final Redis us;
    private final int queuePort = Ports.free();
    private final int invalidationPort = Ports.free();
    private final int eu1 = Ports.free();
    private final int eu2 = Ports.free();
    private final int us1 = Ports.free();
    private final String sessionKey = key();
    private final String subjectKey = key();
    private final String euKey = key();
    private final String nextEuKey = "k2" + key().substring(2);
    private final String usKey = key();
    private final List<JavaProcess> processes = new ArrayList<>();

    private Site(LauncherOptions options) throws IOException {
        this.options = options;
        origin = new Origin();
        kafka = Kafka.create(backend("kafka"));
        eu = Redis.create(backend("redis-eu").withDurableKeys());
        us = Redis.create(backend("redis-us").withDurableKeys());
    }

    static Site start(LauncherOptions options) throws IOException, InterruptedException {
        Site site = new Site(options);
        try {
            Backends.startAll(List.of(site.kafka, site.eu, site.us));
            site.processes.add(site.queue(List.of(site.euKey)));
            site.processes.add(site.gateway("eu-1", site.eu1, JavaProcess.QUICK_START));
            site.processes.add(site.gateway("eu-2", site.eu2, JavaProcess.QUICK_START));
            site.processes.add(site.gateway("us-1", site.us1, JavaProcess.QUICK_START));
            site.processes.add(site.invalidation());
            site.processes.forEach(JavaProcess::start);
            for (JavaProcess process : site.processes) {
                process.awaitUp();
            }
            return site;
        } catch (RuntimeException | InterruptedException e) {
            site.close();
            throw e;
        }
    }

    private BackendOptions backend(String name) {
        return BackendOptions.named(name).withMode(BackendMode.EMBEDDED).withData(data(name));
    }

    /** Where a backend keeps what it stores. */
    Path data(String backend) {
        return options.data().resolve(backend);
    }

    LauncherOptions options() {
        return options;
    }

    Origin origin() {
        return origin;
    }

    Redis redisEu() {
        return eu;
    }

    Redis redisUs() {
        return us;
    }

    /** The address of the invalidation service. */
    String invalidationUrl() {
        return url(invalidationPort);
    }

    /** The address of the gateway of region us. */
    String abroad() {
        return url(us1);
    }

    /** Puts the write queue in the place of itself, with a second data key of eu, the one before last. */
    void restartQueueWithNextKey() throws InterruptedException {
        replace(0, queue(List.of(nextEuKey, euKey)));
    }

    /** Puts a gateway of eu, 1 or 2, in the place of itself, with a new data key of eu before the old one. */
    void restartGatewayWithNextKey(int number) throws InterruptedException {
        replace(
                number,
                gateway(
                        "eu-" + number,
                        number == 1 ? eu1 : eu2,
                        JavaProcess.QUICK_START,
                        "--tidemark.state.data-keys[0]=" + nextEuKey,
                        "--tidemark.state.data-keys[1]=" + euKey));
    }

    /** What ends as it is asked to says goodbye; whoever is killed is waited for, for it may come back. */
    private void replace(int place, JavaProcess next) throws InterruptedException {
        Optional<ProcessHandle> before = ProcessHandle.of(processes.get(place).pid());
        before.ifPresent(ProcessHandle::destroy);
        long end = System.nanoTime() + ENDS_WITHIN.toNanos();
        while (before.map(ProcessHandle::isAlive).orElse(false) && System.nanoTime() < end) {
            Thread.sleep(100);
        }
        processes.get(place).close();
        processes.set(place, next);
        next.start();
        next.awaitUp();
    }

    /** The addresses of both gateways of region eu. */
    List<String> home() {
        return List.of(url(eu1), url(eu2));
    }

    /** Those of all gateways. */
    List<String> everywhere() {
        return List.of(url(eu1), url(eu2), url(us1));
    }

    /** The gateways of region eu. */
    List<JavaProcess> homeProcesses() {
        return processes.subList(1, 3);
    }

    static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    private JavaProcess invalidation() {
        return service(
                "invalidation-service",
                "invalidation",
                invalidationPort,
                JavaProcess.QUICK_START,
                List.of(
                        "--spring.data.redis.url=" + eu.url(),
                        "--tidemark.sources.catalog.subjects=true",
                        "--tidemark.subjects.keys[0]=" + subjectKey,
                        "--tidemark.subjects.regions=eu,us"));
    }

    private JavaProcess queue(List<String> dataKeys) {
        return service(
                "write-queue-service",
                "write-queue",
                queuePort,
                JavaProcess.QUICK_START,
                List.of(
                        "--spring.data.redis.url=" + eu.url(),
                        "--tidemark.origin=" + origin.url(),
                        "--tidemark.orders.personal=true",
                        "--tidemark.writes.personal.subject-keys[0]=" + subjectKey,
                        "--tidemark.writes.personal.data-keys=" + String.join(",", dataKeys)));
    }

    /** A gateway, of the region that its name begins with; not started. */
    JavaProcess gateway(String colo, int port, List<String> jvm, String... more) {
        boolean home = colo.startsWith("eu");
        List<String> settings = new ArrayList<>(List.of(
                "--spring.data.redis.url=" + (home ? eu : us).url(),
                "--tidemark.region=" + (home ? "eu" : "us"),
                "--tidemark.colo=" + colo,
                "--tidemark.origin=" + origin.url(),
                "--tidemark.writes=" + url(queuePort),
                "--tidemark.forwarded.trusted=127.0.0.0/8",
                "--tidemark.state.enabled=true",
                "--tidemark.state.keys[0]=" + sessionKey,
                "--tidemark.state.subject-keys[0]=" + subjectKey,
                "--tidemark.state.data-keys[0]=" + (home ? euKey : usKey),
                "--tidemark.state.homes.eu=" + url(eu1),
                "--tidemark.state.homes.us=" + url(us1),
                "--tidemark.state.checkout.steps=cart,address,payment",
                "--tidemark.state.checkout.write-type=order.place",
                "--tidemark.tokens.secret=" + TOKEN_SECRET));
        if (home) {
            settings.add("--tidemark.state.data-key-sweep=2s");
        }
        for (String setting : more) { // in place of what is said already
            String name = setting.substring(0, setting.indexOf('=') + 1);
            settings.removeIf(said -> said.startsWith(name));
            settings.add(setting);
        }
        return service("gateway-service", "gateway-" + colo, port, jvm, settings);
    }

    private JavaProcess service(String module, String name, int port, List<String> jvm, List<String> settings) {
        int management = Ports.free();
        List<String> arguments = new ArrayList<>(List.of(
                "-jar",
                options.jar(module).toString(),
                "--spring.profiles.active=local",
                "--server.port=" + port,
                "--management.server.port=" + management,
                "--tidemark.management-port=" + management,
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers()));
        arguments.addAll(settings);
        return new JavaProcess(
                name, "http://127.0.0.1:" + management + "/actuator/health/readiness", jvm, arguments, options.logs());
    }

    private static String key() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return "k1:" + Base64.getEncoder().encodeToString(key);
    }

    @Override
    public void close() {
        processes.forEach(JavaProcess::close);
        kafka.close();
        eu.close();
        us.close();
        origin.close();
    }
}
