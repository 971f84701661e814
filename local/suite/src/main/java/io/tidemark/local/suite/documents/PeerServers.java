package io.tidemark.local.suite.documents;

import io.tidemark.local.backends.BackendMode;
import io.tidemark.local.backends.BackendOptions;
import io.tidemark.local.backends.Ports;
import io.tidemark.local.backends.Redis;
import io.tidemark.local.suite.launcher.LauncherOptions;
import io.tidemark.local.suite.machine.NodeScripts;
import io.tidemark.local.suite.machine.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Servers of others, set up as their pages say.
 *
 * @param redis where they share one
 */
record PeerServers(
        String name,
        String dialect,
        List<String> addresses,
        List<ServerProcess> processes,
        @Nullable Redis redis) implements Servers {
    private static final String ANYWHERE = "http://127.0.0.1:";

    /** {@code @y/websocket-server} with LevelDB, which one process may have: so it is one. */
    static PeerServers yWebSocketServer(NodeScripts scripts, LauncherOptions options)
            throws IOException, InterruptedException {
        int port = Ports.free();
        Files.createDirectories(options.data()); // LevelDB makes its own folder only
        List<String> command = List.of(
                "node",
                scripts.folder()
                        .resolve("node_modules/@y/websocket-server/src/server.js")
                        .toString());
        Map<String, String> environment = Map.of(
                "HOST",
                "127.0.0.1",
                "PORT",
                Integer.toString(port),
                "YPERSISTENCE",
                options.data().resolve("leveldb").toString());
        ServerProcess process =
                new ServerProcess("y-websocket-server", ANYWHERE + port, command, environment, options.logs());
        return started(new PeerServers(
                "@y/websocket-server", "y-websocket", List.of("ws://127.0.0.1:" + port), List.of(process), null));
    }

    /** {@code @hocuspocus/server}, three processes with the Redis extension. */
    static PeerServers hocuspocus(NodeScripts scripts, LauncherOptions options) throws InterruptedException {
        Redis redis = Redis.create(BackendOptions.named("redis-hocuspocus")
                .withMode(BackendMode.EMBEDDED)
                .withData(options.data().resolve("redis-hocuspocus"))
                .withDurableKeys());
        redis.start();
        List<String> addresses = new ArrayList<>();
        List<ServerProcess> processes = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            int port = Ports.free();
            addresses.add("ws://127.0.0.1:" + port);
            processes.add(new ServerProcess(
                    "hocuspocus-" + i,
                    ANYWHERE + port,
                    scripts.command("hocuspocus.mjs", List.of(Integer.toString(port), Integer.toString(redis.port()))),
                    Map.of(),
                    options.logs()));
        }
        return started(new PeerServers("@hocuspocus/server", "hocuspocus", addresses, processes, redis));
    }

    private static PeerServers started(PeerServers servers) throws InterruptedException {
        servers.processes.forEach(ServerProcess::start);
        servers.awaitUp();
        return servers;
    }

    @Override
    public void restartStore() {
        if (redis != null) {
            redis.kill();
            redis.start();
        }
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
        if (redis != null) {
            redis.close();
        }
    }
}
