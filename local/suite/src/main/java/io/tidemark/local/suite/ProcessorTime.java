package io.tidemark.local.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a process has used of the processors, user and system time, by {@code /proc/<pid>/stat} (Linux, ticks of 10 ms). */
public final class ProcessorTime {
    private static final int USER = 11;
    private static final int MICROS_PER_TICK = 10_000;

    private ProcessorTime() {}

    /** Microseconds since its start; 0 where there is no such file. */
    public static long micros(long pid) throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.exists(stat)) {
            return 0;
        }
        String text = Files.readString(stat);
        List<String> fields =
                List.of(text.substring(text.lastIndexOf(')') + 2).strip().split(" ", -1));
        return (Long.parseLong(fields.get(USER)) + Long.parseLong(fields.get(USER + 1))) * MICROS_PER_TICK;
    }
}
