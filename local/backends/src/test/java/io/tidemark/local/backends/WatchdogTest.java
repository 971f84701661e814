package io.tidemark.local.backends;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing outlives the JVM that started it. */
@Timeout(180)
class WatchdogTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Starts an embedded Redis and Kafka, prints where they are, and waits for its own end: the kill, or the word to go. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            var redis = new EmbeddedRedis(BackendOptions.named("redis").withMode(BackendMode.EMBEDDED));
            var kafka = new EmbeddedKafka(BackendOptions.named("kafka").withMode(BackendMode.EMBEDDED));
            Backends.startAll(List.of(redis, kafka));
            System.out.println("pid " + redis.pid());
            System.out.println("pid " + kafka.pid());
            System.out.println("folder " + redis.data);
            System.out.println("folder " + kafka.data);
            System.out.println("started");
            System.in.read();
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"KILL", "TERM", "exit"})
    void nothingIsLeftWhenTheJvmEndsBy(String end) throws Exception {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Victim.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<ProcessHandle> processes = new ArrayList<>();
        List<Path> folders = new ArrayList<>();
        readUntilStarted(victim, processes, folders);
        assertThat(processes).hasSize(2).allMatch(ProcessHandle::isAlive);

        if (end.equals("exit")) {
            victim.getOutputStream().close();
        } else {
            new ProcessBuilder("kill", "-" + end, Long.toString(victim.pid()))
                    .start()
                    .waitFor();
        }
        assertThat(victim.waitFor(LIMIT)).isTrue();

        for (ProcessHandle process : processes) {
            process.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        awaitDeleted(folders);
    }

    @Test
    void aHeldCommandNeverRunsWhenItsParentEndsFirst(@TempDir Path folder) throws Exception {
        Path trace = folder.resolve("trace");
        Process held = new ProcessBuilder(OwnSession.heldCommand(List.of("touch", trace.toString()))).start();
        held.getOutputStream().close();

        assertThat(held.waitFor(LIMIT)).isTrue();
        assertThat(held.exitValue()).isEqualTo(125);
        assertThat(trace).doesNotExist();
    }

    private static void readUntilStarted(Process victim, List<ProcessHandle> processes, List<Path> folders)
            throws IOException {
        try (BufferedReader output = victim.inputReader()) {
            for (String line = output.readLine(); line != null && !line.equals("started"); line = output.readLine()) {
                if (line.startsWith("pid ")) {
                    ProcessHandle.of(Long.parseLong(line.substring(4))).ifPresent(processes::add);
                } else if (line.startsWith("folder ")) {
                    folders.add(Path.of(line.substring(7)));
                }
            }
        }
    }

    private static void awaitDeleted(List<Path> folders) throws InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (folders.stream().anyMatch(Files::exists) && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertThat(folders).noneMatch(Files::exists);
    }
}
