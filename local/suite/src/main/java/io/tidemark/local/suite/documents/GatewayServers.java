package io.tidemark.local.suite.documents;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.BackendOptions.ProxiedListener;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Kafka;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.ServerProcess;
import io.tidemark.local.suite.machine.TcpProxy;
import java.util.ArrayList;
import java.util.List;

/** Two gateways of region eu and one of us, each region's Redis, and a Kafka that us can be cut off from, on free ports. */
final class GatewayServers implements Servers {
    private final LauncherOptions options;
    private final Redis eu;
    private final Redis us;
    private final ProxiedListener listener = new ProxiedListener(Ports.free(), Ports.free());
    private final Kafka kafka;
    private final TcpProxy toUs = new TcpProxy(listener.proxyPort(), listener.port());
    private final List<String> addresses = new ArrayList<>();
    private final List<ServerProcess> processes = new ArrayList<>();

    private GatewayServers(LauncherOptions options) {
        this.options = options;
        eu = Redis.create(backend("redis-eu").withDurableKeys());
        us = Redis.create(backend("redis-us").withDurableKeys());
        kafka = Kafka.create(backend("kafka").withProxiedListener(listener));
    }

    /**
     * Running ones.
     *
     * @param jvm options of each gateway's
     */
    static GatewayServers start(LauncherOptions options, List<String> jvm) throws InterruptedException {
        GatewayServers servers = new GatewayServers(options);
        try {
            Backends.startAll(List.of(servers.kafka, servers.eu, servers.us));
            for (String colo : List.of("eu-1", "eu-2", "us-1")) {
                int port = Ports.free();
                servers.addresses.add("ws://127.0.0.1:" + port + "/documents");
                servers.processes.add(servers.gateway(colo, port, jvm));
            }
            servers.processes.forEach(ServerProcess::start);
            servers.awaitUp();
            return servers;
        } catch (RuntimeException | InterruptedException e) {
            servers.close();
            throw e;
        }
    }

    private BackendOptions backend(String name) {
        return BackendOptions.named(name)
                .withMode(BackendMode.EMBEDDED)
                .withData(options.data().resolve(name));
    }

    private JavaProcess gateway(String colo, int port, List<String> jvm) {
        int management = Ports.free();
        boolean home = colo.startsWith("eu");
        return new JavaProcess(
                "gateway-" + colo,
                "http://127.0.0.1:" + management + "/actuator/health/readiness",
                jvm,
                List.of(
                        "-jar",
                        options.jar("gateway-service").toString(),
                        "--spring.profiles.active=standalone",
                        "--server.port=" + port,
                        "--management.server.port=" + management,
                        "--tidemark.management-port=" + management,
                        "--tidemark.region=" + (home ? "eu" : "us"),
                        "--tidemark.colo=" + colo,
                        "--tidemark.redis.enabled=true",
                        "--tidemark.kafka.enabled=true",
                        "--spring.data.redis.url=" + (home ? eu : us).url(),
                        "--spring.kafka.bootstrap-servers="
                                + (home ? kafka.bootstrapServers() : "127.0.0.1:" + listener.proxyPort()),
                        "--tidemark.documents.enabled=true",
                        "--tidemark.documents.access=anyone",
                        "--tidemark.documents.regions.others=" + (home ? "us" : "eu")),
                options.logs());
    }

    @Override
    public String name() {
        return "tidemark";
    }

    @Override
    public String dialect() {
        return "y-websocket";
    }

    @Override
    public List<String> addresses() {
        return addresses;
    }

    @Override
    public List<ServerProcess> processes() {
        return processes;
    }

    @Override
    public void restartStore() {
        eu.kill();
        eu.start();
    }

    @Override
    public void cutRegions() {
        toUs.cut();
    }

    @Override
    public void joinRegions() {
        toUs.restore();
    }

    @Override
    public void close() {
        processes.forEach(ServerProcess::close);
        toUs.close();
        kafka.close();
        eu.close();
        us.close();
    }
}
