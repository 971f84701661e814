package io.tidemark.local.suite.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What a process has used of the processors, user and system time, by {@code /proc/<pid>/stat} (Linux, ticks of 10 ms). */
public final class ProcessorTime {
    private static final int USER = 11;
    private static final int MICROS_PER_TICK = 10_000;

    private ProcessorTime() {}

    /** Microseconds since its start; 0 where there is no such file. */
    public static long micros(long pid) throws IOException {
        return read(Path.of("/proc", Long.toString(pid), "stat"), "");
    }

    /** The same of those of its threads that run and whose name begins so; Linux knows the first 15 characters of a name. */
    public static long micros(long pid, String thread) throws IOException {
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.exists(tasks)) {
            return 0;
        }
        long sum = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(tasks)) {
            for (Path task : all) {
                sum += read(task.resolve("stat"), thread);
            }
        }
        return sum;
    }

    private static long read(Path stat, String name) throws IOException {
        String text;
        try {
            text = Files.readString(stat);
        } catch (NoSuchFileException gone) {
            return 0;
        }
        int nameEnds = text.lastIndexOf(')');
        if (!text.startsWith(name, text.indexOf('(') + 1)) {
            return 0;
        }
        List<String> fields = List.of(text.substring(nameEnds + 2).strip().split(" ", -1));
        return (Long.parseLong(fields.get(USER)) + Long.parseLong(fields.get(USER + 1))) * MICROS_PER_TICK;
    }
}
