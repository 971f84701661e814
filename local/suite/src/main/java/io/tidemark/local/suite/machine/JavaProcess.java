package io.tidemark.local.suite.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A JVM that can be killed and started again on its port. Thread-safe. */
public final class JavaProcess extends ServerProcess {
    /** For processes that live for seconds. */
    public static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    /**
     * A process that is not started yet.
     *
     * @param up answers below 300 when it is up
     * @param options of the JVM
     * @param arguments the jar or the class, and what it is told
     */
    public JavaProcess(String name, String up, List<String> options, List<String> arguments, Path folder) {
        super(name, up, command(options, arguments), Map.of(), folder);
    }

    private static List<String> command(List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(arguments);
        return command;
    }
}
