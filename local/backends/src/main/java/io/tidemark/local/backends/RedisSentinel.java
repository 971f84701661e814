package io.tidemark.local.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import redis.embedded.RedisExecProvider;

/** A real Redis Sentinel that watches one primary of this machine, {@value #PRIMARY}, alone: what it sees missing for 2 s is replaced. */
public final class RedisSentinel implements AutoCloseable {
    /** The name of what it watches. */
    public static final String PRIMARY = "region";

    private static final Duration SOON = Duration.ofSeconds(60);

    private final int port = Ports.free();
    private final ChildProcess process;

    /**
     * Returns once it answers.
     *
     * @param password of the primary; empty: it has none
     * @param folder for its configuration, which it writes itself, and its log
     */
    public RedisSentinel(Redis primary, String password, Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path configuration = folder.resolve("sentinel.conf");
        Files.writeString(
                configuration,
                "port " + port + "\nbind 127.0.0.1\ndir " + folder + "\nsentinel monitor " + PRIMARY + " 127.0.0.1 "
                        + primary.port() + " 1\nsentinel down-after-milliseconds " + PRIMARY + " 2000\n"
                        + (password.isEmpty() ? "" : "sentinel auth-pass " + PRIMARY + " \"" + password + "\"\n"));
        Path executable = RedisExecProvider.defaultProvider().get().toPath();
        if (!executable.toFile().setExecutable(true)) {
            throw new IOException(executable + " cannot be made executable");
        }
        process = ChildProcess.start(
                "sentinel",
                List.of(executable.toString(), configuration.toString(), "--sentinel"),
                Map.of(),
                folder.resolve("sentinel.log"));
        until("it answers", () -> primaryPort() > 0);
    }

    /** Puts the replica in the primary's place, by hand; returns when it is there. */
    public void failOver() throws IOException, InterruptedException {
        int before = primaryPort();
        until(
                "it begins",
                () -> RedisCommand.send(port, "SENTINEL", "FAILOVER", PRIMARY).equals("+OK"));
        awaitAnother(before);
    }

    /** Returns when another than that one is the primary. */
    public void awaitAnother(int before) throws IOException, InterruptedException {
        until("another is the primary", () -> primaryPort() != before);
    }

    /** Whom it sends clients to. */
    public int primaryPort() throws IOException {
        return Integer.parseInt(RedisCommand.texts(port, "SENTINEL", "get-master-addr-by-name", PRIMARY)
                .getLast());
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    /** Until it knows the replica it refuses, which is an {@link IOException} of the command. */
    private static void until(String what, Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + SOON.toNanos();
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
            }
            if (System.nanoTime() > end) {
                throw new IOException("within " + SOON.toSeconds() + " s it did not happen of a sentinel that " + what);
            }
            Thread.sleep(50);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.kill();
    }
}
