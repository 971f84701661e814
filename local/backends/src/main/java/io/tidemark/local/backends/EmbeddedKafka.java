package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A broker from Kafka's own jars, in a JVM of its own on this JVM's class path. See {@link KafkaProcess}. */
final class EmbeddedKafka extends EmbeddedBackend implements Kafka {
    /**
     * Its place among the controllers.
     *
     * @param voters all of them, as Kafka's {@code controller.quorum.voters}
     */
    record Node(int id, int controllerPort, String voters) {
        static Node alone() {
            int port = Ports.free();
            return new Node(1, port, "1@127.0.0.1:" + port);
        }
    }

    private final Properties properties = new Properties();

    EmbeddedKafka(BackendOptions options) {
        this(options, Node.alone(), BrokerDefaults.SETTINGS);
    }

    EmbeddedKafka(BackendOptions options, Node node, Map<String, String> settings) {
        super(options);
        String listeners = "PLAINTEXT://127.0.0.1:" + port();
        String told = listeners;
        if (options.proxied() != null) {
            listeners += ",PROXIED://127.0.0.1:" + options.proxied().port();
            told += ",PROXIED://127.0.0.1:" + options.proxied().proxyPort();
        }
        properties.putAll(settings);
        properties.setProperty("process.roles", "broker,controller");
        properties.setProperty("node.id", Integer.toString(node.id()));
        properties.setProperty("controller.quorum.voters", node.voters());
        properties.setProperty("controller.listener.names", "CONTROLLER");
        properties.setProperty("listeners", listeners + ",CONTROLLER://127.0.0.1:" + node.controllerPort());
        properties.setProperty("advertised.listeners", told);
        properties.setProperty(
                "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT");
        properties.putAll(BrokerSecurity.settings(options));
        properties.putAll(options.settings());
        properties.setProperty("log.dirs", data.resolve("log").toString());
    }

    @Override
    List<String> command() {
        Path file = data.resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            Files.deleteIfExists(readyFile());
            properties.store(out, null);
        } catch (IOException e) {
            throw new BackendFailedException("could not write " + file, e);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-Xmn8m", // its metrics keep much of what is new: collections of 100 MB pause it for 80 ms and more
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=io/tidemark/local/backends/kafka-logback.xml",
                "-classpath",
                System.getProperty("java.class.path"),
                KafkaProcess.class.getName(),
                file.toString(),
                readyFile().toString());
    }

    private Path readyFile() {
        return data.resolve("ready");
    }

    @Override
    boolean answers() {
        return Files.exists(readyFile());
    }
}
