package io.tidemark.local.suite.siege;

import io.tidemark.local.backends.RedisCommand;
import io.tidemark.local.suite.client.Http;
import io.tidemark.local.suite.client.RawClient;
import io.tidemark.local.suite.client.WebhookSignature;
import io.tidemark.local.suite.launcher.SuiteProbe;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a source does with its rights, what a client does with another's name, what is left of a write, and who can connect. */
final class RightsChecks {
    private static final String GATEWAY = "http://127.0.0.1:8080";
    private static final String WRITES = "http://127.0.0.1:8083/v1/writes";
    private static final int REDIS = 16379;
    private static final int PATTERNS = 250;
    private static final int TARGETS = 20_000;
    private static final int CONNECT_MILLIS = 300;
    private static final long DAY_SECONDS = 24 * 3600;
    private static final Duration AT_ONCE = Duration.ofSeconds(2);
    private static final Duration DELIVERY = Duration.ofSeconds(30);
    private static final List<Integer> PORTS = List.of(8080, 8081, 8082, 8083, 8084, 9080, 9082, 9083);

    private final List<String> failures = new ArrayList<>();
    private final PrintStream out;

    private RightsChecks(PrintStream out) {
        this.out = out;
    }

    static List<String> failures(PrintStream out) throws IOException, InterruptedException {
        var checks = new RightsChecks(out);
        checks.report(PATTERNS + " patterns of a source stall nobody at its own long path", checks.patterns());
        checks.report("an event with " + TARGETS + " ids is refused before it is targets", largeEvent());
        checks.writes();
        checks.report("nobody is listening for other machines", addresses());
        return checks.failures;
    }

    private void report(String what, String fault) {
        Check.report(out, what, fault, failures);
    }

    /** Each is compared with all of the path that counts. */
    private String patterns() throws IOException, InterruptedException {
        String host = "siege-" + UUID.randomUUID() + ".example";
        String path = "/api/bytes/" + "a".repeat(1900) + "?length=10";
        raw(host, path);
        String targets = IntStream.range(0, PATTERNS)
                .mapToObj(i -> "{\"pattern\":\"http://" + host + "/api/bytes/*a*a*a*a*a*a*a*b" + i + "\"}")
                .collect(Collectors.joining(","));
        HttpResponse<String> purge = SuiteProbe.purge("{\"targets\":[" + targets + "]}", "Prefer", "wait=5");
        if (purge.statusCode() / 100 != 2) {
            return purge.statusCode() + " to the patterns";
        }
        long begin = System.nanoTime();
        String answer = raw(host, path);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        return !answer.equals("200") ? answer : took.compareTo(AT_ONCE) > 0 ? took.toMillis() + " ms" : "";
    }

    private static String raw(String host, String path) throws IOException {
        try (var client = new RawClient(8080)) {
            return client.send("GET " + path + " HTTP/1.1|Host: " + host + "|Connection: close||")
                    .status();
        }
    }

    private static String largeEvent() throws IOException, InterruptedException {
        String ids = IntStream.range(0, TARGETS).mapToObj(Integer::toString).collect(Collectors.joining(","));
        String event = "{\"type\":\"product.updated\",\"data\":{\"id\":[" + ids + "]}}";
        int status = Http.send(
                        "POST",
                        "http://127.0.0.1:8082/v1/sources/catalog/events",
                        event,
                        WebhookSignature.headers(event))
                .statusCode();
        return status / 100 == 4 ? "" : "answered " + status;
    }

    private void writes() throws IOException, InterruptedException {
        String name = "siege-" + UUID.randomUUID();
        HttpResponse<String> accepted = Http.send(
                "POST",
                WRITES,
                "{\"type\":\"product.update\",\"data\":{\"id\":\"" + name + "\"}}",
                "X-Client-Id",
                name);
        String id = Http.json(accepted).path("writeId").asString("");
        int seen = Http.get(GATEWAY + "/writes/" + id, "X-Client-Id", name).statusCode();
        report("a client's own name for itself ends at the gateway", seen == 404 ? "" : "answered " + seen);
        long end = System.nanoTime() + DELIVERY.toNanos();
        String status = "";
        while (!status.equals("delivered") && System.nanoTime() < end) {
            status = Http.json(Http.get(WRITES + "/" + id, "X-Client-Id", name))
                    .path("status")
                    .asString("");
            Thread.sleep(20);
        }
        String left = RedisCommand.send(REDIS, "TTL", "tidemark:{writes}:write:" + id);
        long seconds = Long.parseLong(left.substring(1));
        report(
                "what is known of a delivered write is forgotten in a day",
                !status.equals("delivered") ? "it is " + status : seconds > 0 && seconds <= DAY_SECONDS ? "" : left);
    }

    private static String addresses() throws IOException {
        List<String> open = new ArrayList<>();
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress address : Collections.list(network.getInetAddresses())) {
                if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
                    PORTS.stream()
                            .filter(port -> isOpen(address, port))
                            .forEach(port -> open.add(address.getHostAddress() + ":" + port));
                }
            }
        }
        return String.join(", ", open);
    }

    private static boolean isOpen(InetAddress address, int port) {
        try (var client = new Socket()) {
            client.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }
}
