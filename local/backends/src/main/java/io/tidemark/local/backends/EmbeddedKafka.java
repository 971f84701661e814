package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A broker from Kafka's own jars, in a JVM of its own on this JVM's class path. See {@link KafkaProcess}. */
final class EmbeddedKafka extends EmbeddedBackend implements Kafka {
    private final int controllerPort = Ports.free();

    EmbeddedKafka(BackendOptions options) {
        super(options);
    }

    @Override
    List<String> command() {
        try {
            Files.deleteIfExists(readyFile());
        } catch (IOException e) {
            throw new BackendFailedException("could not delete " + readyFile(), e);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=io/tidemark/local/backends/kafka-logback.xml",
                "-classpath",
                System.getProperty("java.class.path"),
                KafkaProcess.class.getName(),
                data.toString(),
                Integer.toString(port()),
                Integer.toString(controllerPort),
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
