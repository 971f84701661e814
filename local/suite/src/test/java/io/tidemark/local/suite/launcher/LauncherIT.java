package io.tidemark.local.suite.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.local.backends.Ports;
import io.tidemark.local.suite.RunningSuite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Order(Integer.MAX_VALUE)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisabledIfSystemProperty(named = "suite.external", matches = "true", disabledReason = "tests the launcher itself")
class LauncherIT {
    private static final long SIGINT = 1 << (2 - 1);
    private static final List<Integer> PORTS =
            List.of(8080, 8081, 8082, 8083, 8084, 9080, 9081, 9082, 9083, 9084, 16379, 16380, 19092);

    @Test
    @Order(1)
    void itPrintsATableAndLinesToTryAfterReady() throws Exception {
        String output = RunningSuite.get().output();
        String shown = output.substring(output.indexOf("\nready\n"));

        assertThat(shown).contains("http://127.0.0.1:8080", "http://127.0.0.1:8081", "127.0.0.1:16379");
        assertThat(shown.lines().filter(line -> line.contains("curl -s"))).hasSize(6);
        assertThat(output).doesNotContain("\u001b");
    }

    /** Pasted into a shell as they are printed. */
    @Test
    @Order(2)
    void theLinesDoWhatTheySay(@TempDir Path folder) throws Exception {
        List<String> lines = RunningSuite.get()
                .output()
                .lines()
                .filter(line -> line.contains("curl -s"))
                .map(line -> line.replace("/42", "/tour").replace("product:42", "product:tour"))
                .map(line -> line.replace("\"id\":\"42\"", "\"id\":\"tour\""))
                .toList();
        Path script = folder.resolve("tour.sh");
        Files.writeString(script, String.join("\necho; echo ----\n", lines) + "\n");

        Process shell = new ProcessBuilder("bash", script.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String[] answers = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("----\n");

        assertThat(answers).hasSize(6);
        assertThat(answers[0]).containsIgnoringCase("X-Cache-Status: MISS");
        assertThat(answers[1]).containsIgnoringCase("X-Cache-Status: HIT");
        assertThat(answers[3]).contains("\"regions\"", "eu-1", "us-1");
        assertThat(answers[4]).contains("\"delivered\"");
        assertThat(answers[5]).as("the erasure of a user").contains("\"complete\":true", "\"write-queue\"");
    }

    @Test
    @Order(3)
    void aSecondLauncherNamesTheTakenPortAndItsOwnerBeforeItStartsAnything(@TempDir Path folder) throws Exception {
        RunningSuite.get();
        Path output = folder.resolve("output");
        Path data = Files.createDirectories(folder.resolve("work/data")).resolve("kept");
        Files.writeString(data, "of the first one");
        Process second = RunningSuite.launch(output, folder.resolve("work"));

        assertThat(second.waitFor(90, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(Files.readString(output))
                .contains("port 8080 (gateway-eu-1) is taken by process")
                .contains("nothing was started");
        assertThat(data).exists();
    }

    @Test
    @Order(4)
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc/net/tcp")
    void nothingListensBeyondThisMachine() throws Exception {
        RunningSuite.get();
        List<ListeningSocket> ofTheSuite = ListeningSocket.all().stream()
                .filter(socket -> PORTS.contains(socket.port()))
                .toList();

        assertThat(ofTheSuite).extracting(ListeningSocket::port).containsAll(PORTS);
        assertThat(ofTheSuite).allMatch(ListeningSocket::isLoopback);
    }

    @Test
    @Order(5)
    void itStopsEverythingInOrderAndSaysSo() throws Exception {
        RunningSuite suite = RunningSuite.get();
        List<ProcessHandle> processes = RunningSuite.processes().values().stream()
                .filter(process -> process.startsWith("pid "))
                .flatMap(process -> ProcessHandle.of(Long.parseLong(process.substring(4))).stream())
                .toList();
        assertThat(processes).isNotEmpty().allMatch(ProcessHandle::isAlive);

        new ProcessBuilder(
                        "kill",
                        isInterruptIgnored() ? "-TERM" : "-INT",
                        Long.toString(suite.launcher().pid()))
                .start()
                .waitFor();

        assertThat(suite.launcher().waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(suite.output()).contains("stopped");
        assertThat(processes).noneMatch(ProcessHandle::isAlive);
        await().atMost(Duration.ofSeconds(30)).until(() -> !Ports.isTaken(8080) && !Ports.isTaken(19092));
    }

    /** What a script starts in the background inherits that it ignores Ctrl-C, and so does the launcher from this JVM. */
    private static boolean isInterruptIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("SigIgn:"))
                        .anyMatch(line ->
                                (Long.parseUnsignedLong(line.substring(7).trim(), 16) & SIGINT) != 0);
    }
}
