package io.tidemark.writequeue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.local.backends.Backends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The service, whole, in this JVM, on free ports, with the local suite's write types and {@code held.order}: it is ready when it
 * is here. It waits longer for the log than it does by default: most tests look at something else.
 */
public final class RunningService implements AutoCloseable {
    private static final String LOG_TIMEOUT = "--tidemark.writes.log.timeout=";
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ConfigurableApplicationContext context;

    /** An answer of the service. */
    public record Reply(int status, HttpResponse<String> response) {
        public JsonNode json() {
            return JSON.readTree(response.body());
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    public RunningService(Backends backends, String origin, String... properties) {
        this(backends, origin, Clock.systemUTC(), properties);
    }

    /** The same, by a wall clock of the test's. */
    public RunningService(Backends backends, String origin, Clock clock, String... properties) {
        this(run(backends, origin, clock, properties));
        Awaitility.await("the service is ready")
                .atMost(Duration.ofSeconds(60))
                .until(() -> manage("/actuator/health/readiness").status() == 200);
    }

    private RunningService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** The same on backends that the properties name, ready or not. */
    static RunningService started(String origin, String... properties) {
        return new RunningService(run(null, origin, Clock.systemUTC(), properties));
    }

    private static ConfigurableApplicationContext run(
            @Nullable Backends backends, String origin, Clock clock, String... properties) {
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.profiles.active=local",
                "--server.port=0",
                "--management.server.port=0",
                "--tidemark.origin=" + origin,
                "--tidemark.writes.types.[held.order].origin=catalog",
                "--tidemark.writes.types.[held.order].path=/api/held",
                "--tidemark.writes.types.[held.order].ordering-key=held:{customerId}",
                "--tidemark.writes.types.[held.order].on-dead-letter=hold"));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        if (backends != null) {
            arguments.add("--spring.kafka.bootstrap-servers=" + backends.kafka().bootstrapServers());
        }
        if (backends != null && arguments.stream().noneMatch(argument -> argument.startsWith("--spring.data.redis."))) {
            arguments.add("--spring.data.redis.url=" + backends.redis(0).url());
        }
        if (arguments.stream().noneMatch(argument -> argument.startsWith(LOG_TIMEOUT))) {
            arguments.add(LOG_TIMEOUT + "20s");
        }
        SpringApplication application = new SpringApplication(WriteQueueApplication.class);
        application.setRegisterShutdownHook(false);
        application.addInitializers(context -> context.getBeanFactory().addBeanPostProcessor(new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof Clock ? clock : bean;
            }
        }));
        return application.run(arguments.toArray(String[]::new));
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    private String base(String port) {
        return "http://127.0.0.1:" + context.getEnvironment().getProperty(port);
    }

    public Reply post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base("local.server.port") + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    /** Posts a write that must be accepted; its id. */
    public String accept(String body, String... headers) {
        Reply reply = post("/v1/writes", body, headers);
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(202);
        return reply.json().path("writeId").asString();
    }

    public Reply get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base("local.server.port") + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request);
    }

    /** What is answered to a request of these octets, up to the end of the connection; Content-Length is added. */
    public String raw(String head, String body) throws IOException {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(70_000);
            socket.getOutputStream()
                    .write((head + "Content-Length: " + octets.length + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public int port() {
        return Integer.parseInt(String.valueOf(context.getEnvironment().getProperty("local.server.port")));
    }

    public Reply manage(String path) {
        return send(HttpRequest.newBuilder(URI.create(base("local.management.port") + path)));
    }

    /** The status of a write as soon as it is as wanted; fails after a minute. */
    public JsonNode await(String writeId, Predicate<JsonNode> wanted, String... headers) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            JsonNode status = get("/v1/writes/" + writeId, headers).json();
            if (wanted.test(status)) {
                return status;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not in time: " + status);
            }
            Thread.sleep(20);
        }
    }

    public static Predicate<JsonNode> is(String state) {
        return status -> status.path("status").asString().equals(state);
    }

    /** A key that no other test uses. */
    public static String unique(String prefix) {
        return prefix + '-' + UUID.randomUUID();
    }

    public static String order(String customer, Map<String, ?> more) {
        Map<String, Object> data = new java.util.LinkedHashMap<>(more);
        data.put("customerId", customer);
        return JSON.writeValueAsString(Map.of("type", "order.place", "data", data));
    }

    /** An order that holds those behind it, of the same customer, when it is a dead letter. */
    public static String heldOrder(String customer, Object n) {
        return JSON.writeValueAsString(Map.of("type", "held.order", "data", Map.of("customerId", customer, "n", n)));
    }

    private static Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response =
                    HTTP.send(request.timeout(Duration.ofSeconds(70)).build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
