package io.tidemark.local.suite.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The AOT cache of a service (JEP 483, 514, 515), a file beside its jar that {@link AotTraining} makes: what a JVM has loaded
 * and linked then, the next one finds ready. A JVM whose jars are others by now says so in its log and starts without.
 */
public final class AotCache {
    private AotCache() {}

    static Path of(Path jar) {
        return jar.resolveSibling(jar.getFileName() + ".aot");
    }

    /** What a JVM is told, after its options, to run a jar: with its cache if there is one. */
    public static List<String> use(Path jar) {
        return Files.exists(of(jar))
                ? List.of("-XX:AOTCache=" + of(jar), "-jar", jar.toString())
                : List.of("-jar", jar.toString());
    }

    /** The same to make the cache, which takes the JVM half a minute when it ends; one that is there is deleted. */
    static List<String> make(Path jar) {
        try {
            Files.deleteIfExists(of(jar));
        } catch (IOException e) {
            throw new UncheckedIOException("could not delete " + of(jar), e);
        }
        return List.of("-XX:AOTCacheOutput=" + of(jar), "-jar", jar.toString());
    }
}
