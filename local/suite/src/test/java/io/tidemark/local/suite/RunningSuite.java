package io.tidemark.local.suite;

import static org.awaitility.Awaitility.await;

import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.launcher.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The suite that the tests drive: started by the launcher as a process of its own at the first call and stopped with
 * this JVM, or, with {@code -Dsuite.external=true}, one that runs already. Where it is: {@code suite.gateway-eu},
 * {@code suite.gateway-us}, {@code suite.invalidation}, {@code suite.write-queue}, {@code suite.origin}; the contract's
 * ports of 127.0.0.1 without.
 */
public final class RunningSuite {
    private static final Duration START_LIMIT = Duration.ofMinutes(8);
    private static final Path WORK = Path.of("target", "run").toAbsolutePath();
    private static final RunningSuite INSTANCE = new RunningSuite();

    private final @Nullable Process launcher;
    private final Path output = Path.of("target", "launcher.log").toAbsolutePath();

    private RunningSuite() {
        if (isExternal()) {
            launcher = null;
            return;
        }
        try {
            Files.createDirectories(output.getParent());
            launcher = launch(output, WORK);
            Runtime.getRuntime().addShutdownHook(new Thread(launcher::destroy));
            await().atMost(START_LIMIT)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> !launcher.isAlive() || output().lines().anyMatch("ready"::equals));
            if (!launcher.isAlive()) {
                throw new IllegalStateException("the suite did not start:\n" + output());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the launcher could not be started", e);
        }
    }

    public static RunningSuite get() {
        return INSTANCE;
    }

    static boolean isExternal() {
        return Boolean.getBoolean("suite.external");
    }

    /** Starts a launcher. */
    public static Process launch(Path output, Path work) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsuite.root=" + Path.of("..", "..").toAbsolutePath().normalize(),
                "-Dsuite.work=" + work));
        String backends = System.getProperty("backends");
        if (backends != null) {
            command.add("-Dbackends=" + backends);
        }
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), Launcher.class.getName()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    public String gatewayEu() {
        return System.getProperty("suite.gateway-eu", "http://127.0.0.1:8080");
    }

    public String gatewayUs() {
        return System.getProperty("suite.gateway-us", "http://127.0.0.1:8081");
    }

    String invalidation() {
        return System.getProperty("suite.invalidation", "http://127.0.0.1:8082");
    }

    String writeQueue() {
        return System.getProperty("suite.write-queue", "http://127.0.0.1:8083");
    }

    String origin() {
        return System.getProperty("suite.origin", "http://127.0.0.1:8084");
    }

    /** What the launcher has printed. */
    public String output() throws IOException {
        return Files.readString(output);
    }

    public Process launcher() {
        if (launcher == null) {
            throw new IllegalStateException("the suite was not started by these tests");
        }
        return launcher;
    }

    /** What the launcher knows of its parts: name to {@code pid 123} or {@code container abc}. */
    public static Map<String, String> processes() throws IOException {
        Map<String, String> processes = new TreeMap<>();
        for (String line : Files.readAllLines(WORK.resolve("processes"))) {
            String[] words = line.split(" ", 2);
            processes.put(words[0], words[1]);
        }
        return processes;
    }

    /** SIGKILL for one part; the launcher starts it again. */
    static void kill(String part) throws IOException, InterruptedException {
        signal(part, "KILL", "kill");
    }

    /** A signal for one part's process, or what the docker command has in its place for a container. */
    public static void signal(String part, String signal, String docker) throws IOException, InterruptedException {
        String process = processes().get(part);
        String[] words = String.valueOf(process).split(" ", 2);
        List<String> command = words[0].equals("container")
                ? List.of("docker", docker, words[1])
                : List.of("kill", "-" + signal, words[1]);
        Process sender = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!sender.waitFor(30, TimeUnit.SECONDS) || sender.exitValue() != 0) {
            throw new IllegalStateException("could not " + docker + " " + part + " (" + process + ")");
        }
    }

    /** Returns once the launcher has said of the part, for the latest of its ends, that it answers again. */
    void awaitAnswersAgain(String part) {
        await(part + " answers again")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    String all = output();
                    int ended = all.lastIndexOf(part + " has ended");
                    return ended >= 0 && all.indexOf(part + " answers again", ended) > 0;
                });
    }

    /**
     * Returns once both gateways have read the purge log up to its end and hold their leases, so that they may answer with
     * what they have stored: on a busy machine a lease can be lost for a moment. Of a suite that was not started by these
     * tests the management ports may be out of reach; there it returns at once.
     */
    public void awaitTrust() {
        if (!isExternal()) {
            for (int management : new int[] {9080, 9081}) {
                await("the gateway of port " + management + " trusts its cache")
                        .atMost(Duration.ofSeconds(60))
                        .ignoreExceptions()
                        .until(() -> Http.json(
                                        Http.get("http://127.0.0.1:" + management + "/actuator/health/readiness"))
                                .at("/components/purgeLog/details/standing")
                                .asString("")
                                .equals("current"));
            }
        }
    }

    /** An id that no other test uses. */
    static String newId() {
        return "e2e-" + UUID.randomUUID().toString().substring(0, 8);
    }
}
