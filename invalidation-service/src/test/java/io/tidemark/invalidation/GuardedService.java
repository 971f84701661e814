package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.uri;

import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.local.backends.Backends;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The invalidation service outside of the local profile, with tokens and small bounds. One for all test classes of a JVM. */
final class GuardedService {
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    static final String OPERATOR = "operator-token-of-24-chars";
    static final String SHOP = "shop-token-of-24-characters";

    /** A purge of one tag. */
    static final String TAG = "{\"targets\":[{\"tag\":\"product:42\"}]}";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final AtomicReference<@Nullable GuardedService> RUNNING = new AtomicReference<>();

    final ConfigurableApplicationContext context;

    private GuardedService() throws Exception {
        context = SpringApplication.run(
                InvalidationApplication.class,
                "--server.port=0",
                "--management.server.port=0",
                "--spring.kafka.bootstrap-servers=" + Backends.shared().kafka().bootstrapServers(),
                "--spring.data.redis.url=" + Backends.shared().redis(0).url(),
                "--spring.data.redis.timeout=10s",
                "--tidemark.webhooks.publish-timeout=10s",
                "--tidemark.webhooks.body-timeout=3s",
                "--tidemark.webhooks.body-memory=16MB",
                "--tidemark.receipts.max-waiting=0",
                "--tidemark.reading.operator-tokens=" + OPERATOR,
                "--tidemark.sources.shop.secrets=" + SECRET,
                "--tidemark.sources.shop.read-tokens=" + SHOP,
                "--tidemark.sources.shop.allow.tags=*",
                "--tidemark.sources.shop.allow.hosts=*",
                "--tidemark.sources.shop.allow.prefixes=/",
                "--tidemark.sources.shop.pattern-rate=3",
                "--tidemark.sources.shop.events.[product.updated].targets[0].tag=product:{data.id}",
                "--tidemark.sources.shop.events.[product.moved].targets[0].prefix=/products/{data.id}/",
                "--tidemark.sources.shop.events.[both].targets[0].tag={data.a}:{data.b}",
                "--tidemark.sources.other.secrets=" + SECRET,
                "--tidemark.sources.other.allow.tags=*");
        eventually(
                "a purge is accepted",
                () -> post("/v1/sources/other/purges", TAG).statusCode() == 202);
    }

    static synchronized GuardedService get() {
        GuardedService running = RUNNING.get();
        if (running == null) {
            try {
                running = new GuardedService();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
            RUNNING.set(running);
            Runtime.getRuntime().addShutdownHook(new Thread(running.context::close));
        }
        return running;
    }

    /** Signs it, under an id of its own. */
    HttpResponse<String> post(String path, String body, String... more) throws Exception {
        List<String> headers =
                new ArrayList<>(Requests.signed(SECRET, "msg-" + UUID.randomUUID(), Instant.now(), body));
        headers.addAll(List.of(more));
        return unsigned(path, body, headers.toArray(String[]::new));
    }

    HttpResponse<String> unsigned(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(context, path)).POST(HttpRequest.BodyPublishers.ofString(body));
        return CLIENT.send(request.headers(headers).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(context, path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    int purgesInTheLog() {
        return (int) context.getBean(PurgeLog.class).end(Duration.ofSeconds(30)).offset();
    }
}
