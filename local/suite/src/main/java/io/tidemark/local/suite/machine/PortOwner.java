package io.tidemark.local.suite.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who listens on a port, where the kernel tells it ({@code /proc}, Linux, own processes). */
public final class PortOwner {
    private static final String LISTEN = "0A";

    private PortOwner() {}

    /** Such as {@code " by process 123 (/usr/bin/python3 -m http.server 8080)"}; empty if it cannot be found out. */
    public static String of(int port) {
        return inode("tcp", port)
                .or(() -> inode("tcp6", port))
                .flatMap(PortOwner::process)
                .map(owner -> " by process " + owner.pid() + commandOf(owner))
                .orElse("");
    }

    private static String commandOf(ProcessHandle process) {
        return process.info()
                .commandLine()
                .or(() -> process.info().command())
                .map(line -> " (" + (line.length() > 120 ? line.substring(0, 120) + "…" : line) + ")")
                .orElse("");
    }

    private static Optional<String> inode(String table, int port) {
        String local = String.format(Locale.ROOT, ":%04X", port);
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/net", table));
            return lines.stream()
                    .map(line -> line.trim().split("\\s+"))
                    .filter(fields -> fields.length > 9 && fields[1].endsWith(local) && fields[3].equals(LISTEN))
                    .map(fields -> fields[9])
                    .findFirst();
        } catch (IOException noSuchTable) {
            return Optional.empty();
        }
    }

    private static Optional<ProcessHandle> process(String inode) {
        Path wanted = Path.of("socket:[" + inode + "]");
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try (var files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
                        return files.anyMatch(file -> linksTo(file, wanted));
                    } catch (IOException notOurs) {
                        return false;
                    }
                })
                .findFirst();
    }

    private static boolean linksTo(Path file, Path wanted) {
        try {
            return Files.readSymbolicLink(file).equals(wanted);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
