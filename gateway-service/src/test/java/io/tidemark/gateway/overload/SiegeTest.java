package io.tidemark.gateway.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway of its own process and 96 MB of heap, whose clients mean harm: it lives, and others get right answers. */
class SiegeTest {
    private static final Duration START = Duration.ofMinutes(2);

    @TempDir
    private Path folder;

    private final LargeObjects origin = new LargeObjects();
    private final List<Process> processes = new ArrayList<>();
    private int port;

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
        origin.close();
    }

    private Process start(String... properties) throws IOException, InterruptedException {
        port = freePort();
        int management = freePort();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:MaxDirectMemorySize=96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--sun-misc-unsafe-memory-access=allow",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.tidemark.gateway.GatewayApplication",
                "--spring.profiles.active=standalone",
                "--server.port=" + port,
                "--tidemark.management-port=" + management,
                "--tidemark.store.local-size=16MB",
                "--tidemark.origin=http://127.0.0.1:" + origin.port()));
        command.addAll(List.of(properties));
        Process gateway = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("gateway.log").toFile())
                .start();
        processes.add(gateway);
        URI ready = URI.create("http://127.0.0.1:" + management + "/actuator/health/readiness");
        try (HttpClient client = client()) {
            long end = System.nanoTime() + START.toNanos();
            while (!isReady(client, ready)) {
                assertThat(gateway.isAlive()).as(this::log).isTrue();
                assertThat(System.nanoTime()).as(this::log).isLessThan(end);
                Thread.sleep(50);
            }
        }
        return gateway;
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static boolean isReady(HttpClient client, URI address) throws InterruptedException {
        try {
            return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private String log() {
        try {
            String text = Files.readString(folder.resolve("gateway.log"));
            return text.substring(Math.max(0, text.length() - 4000));
        } catch (IOException none) {
            return none.toString();
        }
    }

    private void holds(Process gateway, HonestReaders readers) {
        assertThat(gateway.isAlive()).as(this::log).isTrue();
        assertThat(readers.faults()).as(this::log).isEmpty();
        assertThat(readers.right()).isPositive();
        assertThat(new File(folder.toFile(), "gateway.log"))
                .content()
                .doesNotContain("OutOfMemory", "OutOfDirectMemory");
    }

    @Test
    void whoReadsNothingAndWhoSendsHalfTakesNoRoomFromOthers() throws Exception {
        Process gateway = start();
        try (HttpClient client = client()) {
            for (int i = 0; i < 3; i++) { // filled, learned, a hit
                URI medium = URI.create("http://127.0.0.1:" + port + "/medium/0");
                assertThat(client.send(HttpRequest.newBuilder(medium).build(), BodyHandlers.ofByteArray())
                                .body())
                        .hasSize(LargeObjects.MEDIUM);
            }
        }
        try (HonestReaders readers = new HonestReaders(port, 4, Duration.ofMillis(50));
                HostileClient siege = new HostileClient(port, "127.0.0.2")) {
            siege.unreadAnswers(30, i -> "/large/" + i);
            siege.unreadPipelines(100, 200, "/medium/0");
            siege.unreadLastAnswers(100, "/medium/0");
            siege.unreadPipelines(20, 200, "/small/known");
            siege.halfHeads(3000, 60_000);
            int before = readers.right();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (gateway.isAlive() && readers.right() < before + 40 && System.nanoTime() < end) {
                Thread.sleep(50);
            }
            assertThat(readers.right()).as(this::log).isGreaterThanOrEqualTo(before + 40);
            holds(gateway, readers);
        }
    }
}
