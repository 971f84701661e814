package io.tidemark.local.suite.documents;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Backends;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.JavaProcess;
import io.tidemark.local.suite.machine.ServerProcess;
import java.util.ArrayList;
import java.util.List;

/** Three gateways of a region and its Redis, on free ports. */
final class GatewayServers implements Servers {
    private static final List<String> COLOS = List.of("eu-1", "eu-2", "eu-3");

    private final LauncherOptions options;
    private final Redis redis;
    private final List<String> addresses = new ArrayList<>();
    private final List<ServerProcess> processes = new ArrayList<>();

    private GatewayServers(LauncherOptions options) {
        this.options = options;
        redis = Redis.create(BackendOptions.named("redis-eu")
                .withMode(BackendMode.EMBEDDED)
                .withData(options.data().resolve("redis-eu"))
                .withDurableKeys());
    }

    /**
     * Running ones.
     *
     * @param jvm options of each gateway's
     */
    static GatewayServers start(LauncherOptions options, List<String> jvm) throws InterruptedException {
        GatewayServers servers = new GatewayServers(options);
        try {
            Backends.startAll(List.of(servers.redis));
            for (String colo : COLOS) {
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

    private JavaProcess gateway(String colo, int port, List<String> jvm) {
        int management = Ports.free();
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
                        "--tidemark.region=" + colo.substring(0, 2),
                        "--tidemark.colo=" + colo,
                        "--tidemark.redis.enabled=true",
                        "--spring.data.redis.url=" + redis.url(),
                        "--tidemark.documents.enabled=true",
                        "--tidemark.documents.access=anyone"),
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
        redis.kill();
        redis.start();
    }

    @Override
    public void cutRegions() {
        // one region
    }

    @Override
    public void joinRegions() {
        // one region
    }

    @Override
    public void close() {
        processes.forEach(ServerProcess::close);
        redis.close();
    }
}
