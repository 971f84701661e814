package io.tidemark.local.suite.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The secrets of a suite in containers: the file that {@code docker/make-secrets} writes, where the system property
 * {@code suite.env} names it. The suite of one machine has none of its own.
 */
public final class DotEnv {
    public static final String PROPERTY = "suite.env";

    private DotEnv() {}

    public static String get(String name, String otherwise) {
        String file = System.getProperty(PROPERTY);
        return file == null ? otherwise : read(Path.of(file)).getOrDefault(name, otherwise);
    }

    private static Map<String, String> read(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.startsWith("#") && line.contains("="))
                    .map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read; docker/make-secrets makes it", e);
        }
    }
}
