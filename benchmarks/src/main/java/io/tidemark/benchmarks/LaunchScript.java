package io.tidemark.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The end of the build: writes down how to start Java with the JDK and the class path that Maven chose. */
public final class LaunchScript {
    private LaunchScript() {}

    /** Argument: the script to write. */
    public static void main(String[] arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.writeString(Path.of(arguments[0]), """
            exec '%s' -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
              -classpath '%s' "$@"
            """.formatted(java, System.getProperty("java.class.path")));
    }
}
