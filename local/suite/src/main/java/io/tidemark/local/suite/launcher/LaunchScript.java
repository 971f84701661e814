package io.tidemark.local.suite.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The end of the build with the profile {@code suite}: writes down how to start the launcher with the JDK and the class
 * path that Maven chose, so that the launcher can take the place of the shell that called Maven, and Maven's memory is
 * free again.
 */
public final class LaunchScript {
    private LaunchScript() {}

    /** Arguments: the script to write, the project's folder, where the modules' jars are relative to each module. */
    public static void main(String[] arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String script = """
            export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
            exec '%s' -Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dsuite.root='%s' -Dsuite.output='%s' \\
                  -Dlogback.configurationFile=io/tidemark/local/suite/launcher-logback.xml \\
              -classpath '%s' "$@" "io.tidemark.local.suite.${main:-launcher.Launcher}"
            """.formatted(java, arguments[1], arguments[2], System.getProperty("java.class.path"));
        Files.writeString(Path.of(arguments[0]), script);
    }
}
