package io.tidemark.local.backends;

import java.io.IOException;
import java.io.Reader;
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

    /** Arguments: the broker's properties, a file; and the file to write when ready. */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        var properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        }
        String[] format = {"format", "--ignore-formatted", "--cluster-id", CLUSTER_ID, "--config", file.toString()};
        if (StorageTool.execute(format, System.out) != 0) {
            throw new IllegalStateException("could not format " + properties.getProperty("log.dirs"));
        }
        var server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "shutdown"));
        server.startup();
        Files.createFile(Path.of(arguments[1]));
        server.awaitShutdown();
    }
}
