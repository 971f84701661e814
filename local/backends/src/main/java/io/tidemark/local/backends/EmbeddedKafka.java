package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A broker from Kafka's own jars, in a JVM of its own on this JVM's class path. See {@link KafkaProcess}. */
final class EmbeddedKafka extends EmbeddedBackend implements Kafka {
    private final int controllerPort = Ports.free();

    private final BackendOptions.@Nullable ProxiedListener proxied;

    EmbeddedKafka(BackendOptions options) {
        super(options);
        proxied = options.proxied();
    }

    @Override
    List<String> command() {
        try {
            Files.deleteIfExists(readyFile());
        } catch (IOException e) {
            throw new BackendFailedException("could not delete " + readyFile(), e);
        }
        List<String> command = new ArrayList<>(List.of(
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
                data.toString(),
                Integer.toString(port()),
                Integer.toString(controllerPort),
                readyFile().toString()));
        if (proxied != null) {
            command.add(Integer.toString(proxied.port()));
            command.add(Integer.toString(proxied.proxyPort()));
        }
        return command;
    }

    private Path readyFile() {
        return data.resolve("ready");
    }

    @Override
    boolean answers() {
        return Files.exists(readyFile());
    }
}
