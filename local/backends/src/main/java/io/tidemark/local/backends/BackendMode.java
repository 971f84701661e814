package io.tidemark.local.backends;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** How backends run. The system property {@code backends} ({@code containers} or {@code embedded}) forces one. */
public enum BackendMode {
    /** As containers of the Docker engine of this machine. */
    CONTAINERS,
    /** As child processes of this JVM. */
    EMBEDDED;

    static final String PROPERTY = "backends";

    /** What the property {@code backends} says; without it, containers if a Docker engine answers within 3 s. */
    public static BackendMode choose() {
        String forced = System.getProperty(PROPERTY, "").trim().toLowerCase(Locale.ROOT);
        return switch (forced) {
            case "containers" -> CONTAINERS;
            case "embedded" -> EMBEDDED;
            case "", "auto" -> DockerEngine.ANSWERS ? CONTAINERS : EMBEDDED;
            default ->
                throw new IllegalArgumentException(
                        "-D" + PROPERTY + "=" + forced + ": must be containers, embedded or auto");
        };
    }

    /** Asked through the {@code docker} command, which the clean-up of containers needs anyway. Asked once. */
    private static final class DockerEngine {
        static final boolean ANSWERS = answers();

        private static boolean answers() {
            try {
                Process asked = new ProcessBuilder("docker", "version", "--format", "{{.Server.Version}}")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (asked.waitFor(3, TimeUnit.SECONDS)) {
                    return asked.exitValue() == 0;
                }
                asked.destroyForcibly();
                return false;
            } catch (IOException noDockerCommand) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
