package io.tidemark.local.suite.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A short command of this machine. */
public final class Command {
    private static final int LIMIT_SECONDS = 30;

    private Command() {}

    /** What it prints, without the last line's end; it must succeed within 30 s. */
    public static String run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", words) + ": " + printed);
        }
        return printed;
    }
}
