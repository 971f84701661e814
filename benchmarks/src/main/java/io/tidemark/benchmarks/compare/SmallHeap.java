package io.tidemark.benchmarks.compare;

import io.tidemark.local.backends.Ports;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the gateway with a local store of {@value #STORE_MIB} MiB in heaps of several sizes, fills the store to the brim and
 * loads it with 100,000 paths by Zipf, so that it answers, fetches and evicts at once. Prints what each heap made of it; a
 * gateway that ends, or fails to answer, says so in its row.
 */
public final class SmallHeap {
    private static final int STORE_MIB = 32;
    private static final int TO_FILL = 60_000;
    private static final int CONNECTIONS = 32;
    private static final Duration LOAD = Duration.ofSeconds(20);

    private final Settings settings;
    private final Server origin;
    private final Wrk wrk;
    private final Probe probe;

    private SmallHeap(Settings settings, Server origin, Wrk wrk, Probe probe) {
        this.settings = settings;
        this.origin = origin;
        this.wrk = wrk;
        this.probe = probe;
    }

    /** Arguments: heaps in MiB. */
    public static void main(String[] arguments) throws Exception {
        List<String> heaps = arguments.length > 0 ? List.of(arguments) : List.of("64", "80", "96", "128");
        Compare.withOrigin(Settings.parse(new String[0]), (settings, origin, wrk, probe) -> {
            SmallHeap small = new SmallHeap(settings, origin, wrk, probe);
            System.out.println("| heap MiB | requests/s | failed | stored MiB | old generation after collection | in"
                    + " collections |");
            System.out.println("|---:|---:|---:|---:|---:|---:|");
            for (String heap : heaps) {
                small.run(Integer.parseInt(heap));
            }
        });
        System.exit(0);
    }

    private void run(int heapMib) throws InterruptedException {
        int port = Ports.free();
        int management = Ports.free();
        List<String> options = List.of(
                "-Xmx" + heapMib + "m",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-XX:MaxTenuringThreshold=1",
                "-XX:+ExitOnOutOfMemoryError");
        List<String> command =
                Contender.standaloneGateway(settings.gatewayJar(), options, port, management, origin, STORE_MIB + "MB");
        try (Server gateway = Server.start("gateway-" + heapMib, port, command, settings.work())) {
            probe.fill(gateway, Scenario.HIT_ZIPF.paths().subList(0, TO_FILL));
            Wrk.Result load = wrk.run(gateway, Scenario.HIT_ZIPF.arguments("", 0), CONNECTIONS, LOAD);
            String actuator = "http://127.0.0.1:" + management + "/actuator/";
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %,.0f | %d | %.1f | %.0f %% | %.1f s |%n",
                    heapMib,
                    load.requests() * 1e6 / load.micros(),
                    load.bad(),
                    number(actuator + "edge", "\"localBytes\":([0-9]+)") / 1048576,
                    100 * number(actuator + "metrics/jvm.memory.usage.after.gc", "\"value\":([0-9.E-]+)"),
                    number(actuator + "metrics/jvm.gc.pause", "\"TOTAL_TIME\",\"value\":([0-9.E-]+)"));
        } catch (IllegalStateException gone) {
            System.out.printf("| %d | %s |%n", heapMib, gone.getMessage());
        }
    }

    private double number(String url, String pattern) throws InterruptedException {
        Matcher found = Pattern.compile(pattern).matcher(probe.text(url));
        return found.find() ? Double.parseDouble(found.group(1)) : Double.NaN;
    }
}
