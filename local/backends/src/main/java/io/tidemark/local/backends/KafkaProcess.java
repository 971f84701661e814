package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;

/** The main class of an embedded broker: formats its folder if it is new, serves, writes a file once it answers. */
final class KafkaProcess {
    private static final String CLUSTER_ID = "tidemark-local-suite-0";

    private KafkaProcess() {}

    /**
     * Arguments: data folder, port, controller's port, file to write when ready; and for a second listener its port and
     * the port that its clients are told.
     */
    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        Properties properties =
                properties(data.resolve("log"), Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        if (arguments.length > 4) {
            addListener(properties, arguments[4], arguments[5]);
        }
        Path file = data.resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        String[] format = {"format", "--ignore-formatted", "--cluster-id", CLUSTER_ID, "--config", file.toString()};
        if (StorageTool.execute(format, System.out) != 0) {
            throw new IllegalStateException("could not format " + data);
        }
        var server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "shutdown"));
        server.startup();
        Files.createFile(Path.of(arguments[3]));
        server.awaitShutdown();
    }

    private static void addListener(Properties properties, String port, String toldPort) {
        properties.merge("listeners", ",PROXIED://127.0.0.1:" + port, (a, b) -> a + "" + b);
        properties.merge("advertised.listeners", ",PROXIED://127.0.0.1:" + toldPort, (a, b) -> a + "" + b);
        properties.setProperty(
                "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT");
    }

    private static Properties properties(Path log, int port, int controllerPort) {
        var properties = new Properties();
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", "1");
        properties.setProperty("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty(
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.setProperty("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        properties.setProperty("log.dirs", log.toString());
        BrokerDefaults.SETTINGS.forEach(properties::setProperty);
        return properties;
    }
}
