package io.tidemark.local.suite.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Wall clocks of processes that are set while they run, by libfaketime (Debian's package {@code faketime}). Monotonic clocks are
 * left alone, as they are when an administrator or NTP sets a clock.
 *
 * @param folder one file for each process says how far its clock is off
 */
public record SettableClocks(Path library, Path folder) {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final Path LIBRARY = Path.of("faketime", "libfaketimeMT.so.1");

    /** Where this machine has the library. */
    public static Optional<SettableClocks> in(Path folder) throws IOException {
        if (!Files.isDirectory(LIBRARIES)) {
            return Optional.empty();
        }
        try (Stream<Path> architectures = Files.list(LIBRARIES)) {
            return architectures
                    .map(architecture -> architecture.resolve(LIBRARY))
                    .filter(Files::exists)
                    .findFirst()
                    .map(library -> new SettableClocks(library, folder));
        }
    }

    /** What a process must find in its environment; its clock is right from now on. */
    public Map<String, String> environment(String process) {
        try {
            set(process, Duration.ZERO); // without a file, the library looks for others at each call
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                folder.resolve(process).toString(),
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "FAKETIME_FORCE_MONOTONIC_FIX", // with it, which is the default, no timed wait of a JVM waits
                "0",
                "FAKETIME_CACHE_DURATION", // seconds between two looks into the file
                "1");
    }

    /** From within a second on, the process's clock is ahead by so much, or behind where that is negative. */
    public void set(String process, Duration ahead) throws IOException {
        Files.createDirectories(folder);
        Path draft = folder.resolve(process + ".new");
        Files.writeString(draft, (ahead.isNegative() ? "" : "+") + ahead.toSeconds());
        Files.move(draft, folder.resolve(process), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
