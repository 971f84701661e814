package io.tidemark.originstub.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tidemark.originstub.Stub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class WebhooksTest {
    private static final String SECRET = "whsec_dGlkZW1hcmstbG9jYWwtc3VpdGUtc2VjcmV0IQ==";

    private record Received(Map<String, List<String>> headers, String body) {
        String header(String name) {
            return headers.entrySet().stream()
                    .filter(e -> e.getKey().equalsIgnoreCase(name))
                    .map(e -> e.getValue().getFirst())
                    .findFirst()
                    .orElse("");
        }
    }

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final Queue<Integer> statuses = new ArrayDeque<>();
    private HttpServer cache;
    private Stub stub;

    @BeforeEach
    void start() throws IOException {
        cache = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cache.createContext("/", this::receive);
        cache.start();
        stub = new Stub(
                "spring.profiles.active=local",
                "stub.webhook.first-delay=1ms",
                "stub.webhook.url=http://127.0.0.1:" + cache.getAddress().getPort() + "/v1/sources/catalog/purges");
    }

    @AfterEach
    void stop() {
        stub.close();
        cache.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Integer status = statuses.poll();
        received.add(new Received(Map.copyOf(exchange.getRequestHeaders()), body));
        exchange.sendResponseHeaders(status == null ? 202 : status, -1);
        exchange.close();
    }

    private Received next() throws InterruptedException {
        return Objects.requireNonNull(received.poll(30, TimeUnit.SECONDS), "no webhook within 30 s");
    }

    @Test
    void aChangeSendsASignedPurgeOfItsTagWithTheRequestsId() throws Exception {
        stub.put("/api/products/42", "{\"price\":3}", "X-Request-Id", "r-7", "Idempotency-Key", "k");
        Received webhook = next();
        assertThat(webhook.body()).isEqualTo("{\"targets\":[{\"tag\":\"product:42\"}],\"mode\":\"hard\"}");
        assertThat(webhook.header("x-request-id")).isEqualTo("r-7");
        new Webhook(SECRET)
                .verify(
                        webhook.body(),
                        Map.of(
                                Webhook.UNBRANDED_MSG_ID_KEY, List.of(webhook.header("webhook-id")),
                                Webhook.UNBRANDED_MSG_TIMESTAMP_KEY, List.of(webhook.header("webhook-timestamp")),
                                Webhook.UNBRANDED_MSG_SIGNATURE_KEY, List.of(webhook.header("webhook-signature"))));
    }

    @Test
    void aWebhookThatFailsIsSentAgainWithTheSameIdAndOneThatIsRefusedIsNot() throws Exception {
        statuses.addAll(List.of(503, 429, 401));
        stub.put("/api/products/1", "{}");
        String id = next().header("webhook-id");
        assertThat(next().header("webhook-id")).isEqualTo(id);
        assertThat(next().header("webhook-id")).isEqualTo(id);
        stub.put("/api/products/2", "{}");
        assertThat(next().body()).contains("product:2");
    }

    @Test
    void thatNobodyTakesThemIsSaidOnceAndEachIsCounted(CapturedOutput output) throws Exception {
        int port = cache.getAddress().getPort();
        cache.stop(0);
        try (Stub lonely = new Stub(
                "spring.profiles.active=local",
                "stub.webhook.first-delay=1ms",
                "stub.webhook.attempts=3",
                "stub.webhook.url=http://127.0.0.1:" + port + "/v1/sources/catalog/purges")) {
            for (int n = 0; n < 40; n++) {
                lonely.put("/api/products/" + n, "{}");
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> lonely.count("stub.webhooks", "given_up") == 40);
            assertThat(lonely.count("stub.webhooks", "try_again")).isEqualTo(120);
            assertThat(output.toString().lines().filter(line -> line.contains("webhook")))
                    .singleElement()
                    .asString()
                    .contains("webhooks to http://127.0.0.1:" + port, "are not taken", "ConnectException");
        }
    }
}
