package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the launcher finds and puts things.
 *
 * @param root the project's folder
 * @param output where Maven put a module's jar, relative to the module (system property {@code suite.output})
 * @param work logs and data of this run; emptied once the ports are free (system property {@code suite.work})
 */
public record LauncherOptions(Path root, Path output, Path work) {
    public static LauncherOptions fromSystemProperties() {
        return fromSystemProperties("local/suite/target/run");
    }

    /**
     * From the system properties.
     *
     * @param work where it is if no property says so, relative to the root
     */
    public static LauncherOptions fromSystemProperties(String work) {
        Path root =
                Path.of(System.getProperty("suite.root", ".")).toAbsolutePath().normalize();
        return new LauncherOptions(
                root,
                Path.of(System.getProperty("suite.output", "target")),
                root.resolve(System.getProperty("suite.work", work)));
    }

    /** The jar that starts a service; see {@link UnpackedJar}. */
    public Path jar(String module) {
        return UnpackedJar.of(root.resolve(module).resolve(output).resolve(module + ".jar"));
    }

    /** Deletes what a run before this one left, and makes the folder for this one's logs: not while that one goes on. */
    public void emptyFolders() throws IOException {
        Folders.delete(work);
        Files.createDirectories(logs());
    }

    public Path logs() {
        return work.resolve("logs");
    }

    public Path data() {
        return work.resolve("data");
    }

    /** One line per part: its name and how to find its process. */
    public Path processes() {
        return work.resolve("processes");
    }
}
