import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compares the gateway with nginx and Varnish, where they are installed, on this machine, over the loopback interface:
 *
 * <pre>{@code
 * ./mvnw -q -DskipTests package && java benchmarks/Benchmark.java [rounds=3] [seconds=5] [scenario …]
 * }</pre>
 *
 * <p>Needs wrk. Installs nothing. Each round measures every server in turn; the table shows the median of the rounds. CPU
 * is the time of the server's processes, user and system, by the kernel's account, divided by the requests that wrk
 * counted.
 */
class Benchmark {
    static final Path HERE = Path.of("benchmarks").toAbsolutePath();
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    static final double TICK_MICROS = 1e6 / 100; // USER_HZ

    record Server(String name, int port, Process process) {}

    /** What is asked for; {@code %d} in the path is a number that wrk's script counts or draws. */
    record Scenario(String name, String path, String script, List<String> headers, int idle) {
        static Scenario of(String name, String path, String... headers) {
            return new Scenario(name, path, "", List.of(headers), 0);
        }
    }

    static final List<Scenario> SCENARIOS = List.of(
            Scenario.of("hit, 1 KiB", "/1k/0"),
            Scenario.of("hit, 100 KiB", "/100k/0"),
            new Scenario("hit, 100,000 keys by Zipf", "/1k/%d", "zipf.lua", List.of(), 0),
            Scenario.of("304, If-None-Match", "/1k/0", "If-None-Match: \"v1\""),
            Scenario.of("stale-while-revalidate hit, 1 KiB", "/swr/0"),
            new Scenario("miss, origin 0 ms", "/miss0/%d", "count.lua", List.of(), 0),
            new Scenario("miss, origin 20 ms", "/miss20/%d", "count.lua", List.of(), 0),
            new Scenario("hit, 1 KiB, beside 10,000 idle connections", "/1k/0", "", List.of(), 10_000));

    record Result(double perSecond, double p50, double p99, double cpuMicros, long rssMiB, long errors) {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        List<String> wanted = Arrays.asList(args).subList(Math.min(2, args.length), args.length);
        if (!installed("wrk")) {
            System.err.println("wrk is not installed");
            System.exit(2);
        }
        Path work = Files.createTempDirectory("benchmark");
        HttpServer origin = origin();
        List<Server> servers = new ArrayList<>();
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> servers.forEach(s -> stop(s.process()))));
        int originPort = origin.getAddress().getPort();
        if (installed("nginx")) {
            servers.add(nginx(work, originPort));
        }
        if (installed("varnishd")) {
            servers.add(varnish(work, originPort));
        }
        servers.add(gateway("tidemark", originPort, work));
        servers.add(gateway("tidemark, hit route off", originPort, work, "--tidemark.hit-route.enabled=false"));
        for (Server server : servers) {
            awaitReady(server);
        }
        AtomicLong counter = new AtomicLong();
        for (Scenario scenario : SCENARIOS) {
            if (!wanted.isEmpty() && wanted.stream().noneMatch(scenario.name()::contains)) {
                continue;
            }
            Map<String, List<Result>> results = new TreeMap<>();
            for (Server server : servers) {
                warm(server, scenario, seconds, counter);
            }
            for (int round = 0; round < rounds; round++) {
                for (Server server : servers) {
                    results.computeIfAbsent(server.name(), _ -> new ArrayList<>())
                            .add(measure(server, scenario, seconds, counter));
                }
            }
            print(scenario, servers, results);
        }
        servers.forEach(s -> stop(s.process()));
        origin.stop(0);
        System.exit(0);
    }

    // --- the servers ---------------------------------------------------------------------------------------------

    static Server nginx(Path work, int origin) throws IOException {
        int port = freePort();
        Path folder = Files.createDirectories(work.resolve("nginx"));
        Path config = folder.resolve("nginx.conf");
        Files.writeString(
                config,
                Files.readString(HERE.resolve("nginx.conf"))
                        .replace("@FOLDER@", folder.toString())
                        .replace("@ORIGIN@", Integer.toString(origin))
                        .replace("@PORT@", Integer.toString(port)));
        return new Server("nginx", port, start(folder, "nginx", "-c", config.toString(), "-p", folder.toString()));
    }

    static Server varnish(Path work, int origin) throws IOException {
        int port = freePort();
        Path folder = Files.createDirectories(work.resolve("varnish"));
        return new Server(
                "varnish",
                port,
                start(
                        folder,
                        "varnishd",
                        "-F",
                        "-n",
                        folder.toString(),
                        "-a",
                        "127.0.0.1:" + port,
                        "-b",
                        "127.0.0.1:" + origin,
                        "-s",
                        "malloc,512m",
                        "-j",
                        "none"));
    }

    static Server gateway(String name, int origin, Path work, String... more) throws IOException {
        int port = freePort();
        List<String> command = new ArrayList<>(List.of(JAVA));
        command.addAll(List.of(System.getProperty("gateway.jvm", "-Xmx512m -XX:+UseParallelGC -XX:+UseCompactObjectHeaders")
                .split(" ")));
        command.addAll(List.of(
                "-jar",
                "gateway-service/target/gateway-service.jar",
                "--spring.profiles.active=standalone",
                "--tidemark.origin=http://127.0.0.1:" + origin,
                "--server.port=" + port,
                "--management.server.port=0",
                "--tidemark.log.sample-rate=0.01",
                "--logging.level.tidemark.requests=warn",
                "--tidemark.store.local-size=256MB"));
        command.addAll(List.of(more));
        return new Server(name, port, start(Path.of("."), command.toArray(String[]::new)));
    }

    static Process start(Path folder, String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Files.createTempFile("benchmark", ".log").toFile())
                .start();
    }

    static void stop(Process process) {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
        }
    }

    static void awaitReady(Server server) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/1k/0"))
                .build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                if (client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) {
                    return;
                }
            } catch (IOException notYet) {
                // not yet
            }
            if (System.nanoTime() > end || !server.process().isAlive()) {
                throw new IllegalStateException(server.name() + " does not answer");
            }
            Thread.sleep(100);
        }
    }

    /** Answers {@code /1k/*}, {@code /100k/*}, {@code /swr/*} and, after that many milliseconds, {@code /miss<ms>/*}. */
    static HttpServer origin() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 1024);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", Benchmark::answer);
        server.start();
        return server;
    }

    static void answer(HttpExchange exchange) throws IOException {
        String kind = exchange.getRequestURI().getPath().split("/")[1];
        byte[] body = new byte[kind.equals("100k") ? 102_400 : 1024];
        Arrays.fill(body, (byte) 'x');
        try {
            if (kind.startsWith("miss")) {
                Thread.sleep(Long.parseLong(kind.substring(4)));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "application/octet-stream");
        headers.set("ETag", "\"v1\"");
        headers.set(
                "Cache-Control", kind.equals("swr") ? "max-age=1, stale-while-revalidate=86400" : "max-age=86400");
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
        exchange.close();
    }

    // --- measuring -----------------------------------------------------------------------------------------------

    static void warm(Server server, Scenario scenario, int seconds, AtomicLong counter) throws Exception {
        var _ = wrk(server, scenario, seconds, counter);
        if (scenario.script().equals("zipf.lua")) {
            var _ = wrk(server, scenario, 3 * seconds, counter); // until most keys are stored
        }
    }

    static Result measure(Server server, Scenario scenario, int seconds, AtomicLong counter) throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < scenario.idle(); i++) {
                Socket socket = new Socket(LOOPBACK, server.port());
                socket.getOutputStream().write("GET /1k/0 HTTP/1.1\r\nHost: idle\r\n\r\n".getBytes());
                idle.add(socket);
            }
            long before = cpuTicks(server);
            String out = wrk(server, scenario, seconds, counter);
            long ticks = cpuTicks(server) - before;
            double requests = number(out, "(\\d+) requests in");
            return new Result(
                    requests / seconds,
                    millis(out, "50%"),
                    millis(out, "99%"),
                    ticks * TICK_MICROS / requests,
                    rss(server),
                    (long) (number(out, "Non-2xx or 3xx responses: (\\d+)") + number(out, "timeout (\\d+)")));
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    static String wrk(Server server, Scenario scenario, int seconds, AtomicLong counter) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("wrk", "-t1", "-c32", "-d" + seconds + "s", "--latency"));
        scenario.headers().forEach(header -> command.addAll(List.of("-H", header)));
        if (!scenario.script().isEmpty()) {
            command.addAll(List.of("-s", HERE.resolve(scenario.script()).toString()));
        }
        command.add("http://127.0.0.1:" + server.port() + scenario.path().replace("%d", "0"));
        if (!scenario.script().isEmpty()) {
            command.addAll(List.of("--", scenario.path(), Long.toString(counter.getAndAdd(10_000_000))));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IllegalStateException(out);
        }
        return out;
    }

    static double number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    static double millis(String text, String percentile) {
        Matcher matcher =
                Pattern.compile(Pattern.quote(percentile) + "\\s+([\\d.]+)(us|ms|s)").matcher(text);
        if (!matcher.find()) {
            return Double.NaN;
        }
        double value = Double.parseDouble(matcher.group(1));
        return switch (matcher.group(2)) {
            case "us" -> value / 1000;
            case "s" -> value * 1000;
            default -> value;
        };
    }

    static long cpuTicks(Server server) {
        return sum(server, pid -> {
            String stat = read("/proc/" + pid + "/stat");
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        });
    }

    static long rss(Server server) {
        return sum(server, pid -> (long) number(read("/proc/" + pid + "/status"), "VmRSS:\\s+(\\d+)")) / 1024;
    }

    static long sum(Server server, LongUnaryOperator ofPid) {
        return Stream.concat(Stream.of(server.process().toHandle()), server.process().descendants())
                .mapToLong(ProcessHandle::pid)
                .map(ofPid)
                .sum();
    }

    static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException gone) {
            return ") " + "0 ".repeat(20);
        }
    }

    static boolean installed(String program) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    // --- the table -----------------------------------------------------------------------------------------------

    static void print(Scenario scenario, List<Server> servers, Map<String, List<Result>> results) {
        System.out.printf("%n%s%n", scenario.name());
        System.out.printf(
                "| %-24s | requests/s | p50 ms | p99 ms | CPU µs/request (min to max) | RSS MiB | errors |%n", "");
        System.out.println("|---|---|---|---|---|---|---|");
        for (Server server : servers) {
            List<Result> of = results.get(server.name());
            List<Double> cpu = of.stream().map(Result::cpuMicros).sorted().toList();
            System.out.printf(
                    Locale.ROOT,
                    "| %-24s | %,.0f | %.2f | %.2f | %.1f (%.1f to %.1f) | %d | %d |%n",
                    server.name(),
                    median(of.stream().map(Result::perSecond).toList()),
                    median(of.stream().map(Result::p50).toList()),
                    median(of.stream().map(Result::p99).toList()),
                    median(cpu),
                    cpu.getFirst(),
                    cpu.getLast(),
                    of.getLast().rssMiB(),
                    of.stream().mapToLong(Result::errors).sum());
        }
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
