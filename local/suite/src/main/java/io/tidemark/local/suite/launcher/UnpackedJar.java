package io.tidemark.local.suite.launcher;

import io.tidemark.local.backends.Folders;
import io.tidemark.local.suite.machine.Command;
import io.tidemark.local.suite.machine.PartFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.jar.JarFile;

/**
 * A service's jar as the image has it: Spring Boot's jar of jars, unpacked by Spring Boot's own tool into a jar with its
 * libraries beside it. A JVM that reads jars in a jar starts with half as much work again (processor time until a gateway is
 * ready, two busy cores: 15.5 s packed, 10.5 s unpacked).
 */
final class UnpackedJar {
    private UnpackedJar() {}

    /**
     * The unpacked jar, in a folder beside the packed one; made if there is none yet or the packed one is another by now, once
     * if several processes ask. A jar without jars in it is its own answer.
     */
    static synchronized Path of(Path jar) {
        try {
            if (!isPacked(jar)) {
                return jar;
            }
            Path folder = jar.resolveSibling("unpacked");
            try (var file = FileChannel.open(
                            jar.resolveSibling("unpacked.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = file.lock()) {
                Path stamp = folder.resolve("made-of");
                String made = Files.size(jar) + " bytes of " + Files.getLastModifiedTime(jar);
                if (!Files.exists(stamp) || !Files.readString(stamp).equals(made)) {
                    Folders.delete(folder);
                    unpack(jar, folder);
                    Files.writeString(stamp, made);
                }
            }
            return folder.resolve(String.valueOf(jar.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException("could not unpack " + jar, e);
        }
    }

    private static boolean isPacked(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.getManifest() != null
                    && file.getManifest().getMainAttributes().getValue("Spring-Boot-Lib") != null;
        }
    }

    private static void unpack(Path jar, Path folder) throws IOException {
        try {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            Command.run(java, "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", folder.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PartFailedException("interrupted while " + jar + " was unpacked", e);
        }
    }
}
