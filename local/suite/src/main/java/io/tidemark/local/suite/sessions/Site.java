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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Two gateways of region eu and one of us, each region's Redis, a write queue, a Kafka and an origin, on free ports. */
final class Site implements AutoCloseable {
    static final String TOKEN_SECRET = "the issuer of these trials is nobody else";

    private final LauncherOptions options;
    private final Origin origin;
    private final Kafka kafka;
    private final Redis eu;
    private final Redis us;
    private final int queuePort = Ports.free();
    private final int eu1 = Ports.free();
    private final int eu2 = Ports.free();
    private final int us1 = Ports.free();
    private final String sessionKey = key();
    private final String subjectKey = key();
    private final String euKey = key();
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
            site.processes.add(site.queue());
            site.processes.add(site.gateway("eu-1", site.eu1, JavaProcess.QUICK_START));
            site.processes.add(site.gateway("eu-2", site.eu2, JavaProcess.QUICK_START));
            site.processes.add(site.gateway("us-1", site.us1, JavaProcess.QUICK_START));
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

    private JavaProcess queue() {
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
                        "--tidemark.writes.personal.data-keys[0]=" + euKey));
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
        settings.addAll(List.of(more));
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
