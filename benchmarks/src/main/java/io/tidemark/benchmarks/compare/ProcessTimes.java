package io.tidemark.benchmarks.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** What Linux says processes have used. Times are in ticks of 10 ms (USER_HZ), which the kernel fixes at 100 a second. */
final class ProcessTimes {
    static final long MICROS_PER_TICK = 10_000;
    private static final int UTIME = 11; // counted from the field after the command's name
    private static final int CUTIME = 13;

    private ProcessTimes() {}

    /** User and system time of a process and all below it. */
    static long ticksOfTree(long pid) {
        return tree(pid).map(one -> ticks(one, UTIME)).sum();
    }

    /** User and system time of this process and of its children that have ended. */
    static long ticksOfThisAndEnded() {
        long self = ProcessHandle.current().pid();
        return ticks(self, UTIME) + ticks(self, CUTIME);
    }

    /** Time in which any processor of the machine was busy. */
    static long busyTicksOfMachine() {
        String[] fields = read(Path.of("/proc/stat")).getFirst().trim().split("\\s+", -1);
        long busy = 0;
        for (int field = 1; field <= 8; field++) {
            if (field != 4 && field != 5) { // idle, waiting for a disk
                busy += Long.parseLong(fields[field]);
            }
        }
        return busy;
    }

    /** Resident memory of a process and all below it, in KiB; what they share is counted for each. */
    static long residentKibOfTree(long pid) {
        return tree(pid)
                .map(one -> read(Path.of("/proc/" + one + "/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum())
                .sum();
    }

    private static LongStream tree(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMapToLong(root ->
                        LongStream.concat(LongStream.of(pid), root.descendants().mapToLong(ProcessHandle::pid)));
    }

    private static long ticks(long pid, int first) {
        List<String> stat = read(Path.of("/proc/" + pid + "/stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        String line = stat.getFirst();
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[first]) + Long.parseLong(fields[first + 1]);
    }

    /** The lines, none if the process has ended. */
    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (java.nio.file.NoSuchFileException ended) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
