package io.tidemark.invalidation;

import static io.tidemark.invalidation.Requests.SECRET;
import static io.tidemark.invalidation.Requests.eventually;
import static io.tidemark.invalidation.Requests.json;

import io.tidemark.commons.purgelog.PurgeLog;
import io.tidemark.local.backends.Backends;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/**
 * The invalidation service in its local profile, with a real Kafka and a real Redis, and a gateway in each of two regions. One for
 * all test classes of a JVM.
 */
final class LocalService {
    /** A purge of one tag. */
    static final String TAG = "{\"targets\":[{\"tag\":\"product:42\"}]}";

    private static final AtomicReference<@Nullable LocalService> RUNNING = new AtomicReference<>();

    final ConfigurableApplicationContext context;
    final FakeGateway eu;
    final FakeGateway us;

    private LocalService() throws Exception {
        context = start();
        eventually("ready", () -> get("/v1/regions").body().contains("head"));
        String kafka = Backends.shared().kafka().bootstrapServers();
        eu = new FakeGateway(kafka, "eu", "eu-1");
        us = new FakeGateway(kafka, "us", "us-1");
        eventually(
                "both gateways seen",
                () -> json(get("/v1/regions")).at("/regions").size() == 2);
    }

    static synchronized LocalService get() {
        LocalService running = RUNNING.get();
        if (running == null) {
            try {
                running = new LocalService();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
            RUNNING.set(running);
            Runtime.getRuntime().addShutdownHook(new Thread(running.context::close));
        }
        return running;
    }

    /** Another instance of the service, to be closed by who asked for it. */
    static ConfigurableApplicationContext start(String... more) {
        String[] arguments = Stream.concat(
                        Stream.of(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--spring.profiles.active=local",
                                "--spring.kafka.bootstrap-servers="
                                        + Backends.shared().kafka().bootstrapServers(),
                                "--spring.data.redis.url="
                                        + Backends.shared().redis(0).url(),
                                "--spring.data.redis.timeout=10s",
                                "--tidemark.webhooks.publish-timeout=10s",
                                "--tidemark.sources.picky.secrets=" + SECRET,
                                "--tidemark.sources.picky.allow.tags=product:*",
                                "--tidemark.sources.picky.allow.hosts=shop.example",
                                "--tidemark.sources.picky.allow.prefixes=/api/",
                                "--tidemark.sources.slow.secrets=" + SECRET,
                                "--tidemark.sources.slow.allow.tags=*",
                                "--tidemark.sources.slow.rate-limit=1",
                                "--tidemark.sources.hub.scheme=github",
                                "--tidemark.sources.hub.secrets=It's a Secret to Everybody",
                                "--tidemark.sources.hub.allow.tags=*",
                                "--tidemark.sources.hub.events.push.targets[0].tag=ref:{ref}",
                                "--tidemark.sources.lagging.secrets=" + SECRET,
                                "--tidemark.sources.lagging.allow.tags=*",
                                "--tidemark.sources.lagging.repurge-after=200ms"),
                        Stream.of(more))
                .toArray(String[]::new);
        return SpringApplication.run(InvalidationApplication.class, arguments);
    }

    HttpResponse<String> get(String path) throws Exception {
        return Requests.get(context, path);
    }

    HttpResponse<String> post(String source, String body, List<String> headers, String... more) throws Exception {
        return Requests.post(context, source, body, headers, more);
    }

    int purgesInTheLog() {
        return (int) context.getBean(PurgeLog.class).end(Duration.ofSeconds(30)).offset();
    }

    /** The receipt of a purge that is complete; fails after a minute. */
    JsonNode awaitComplete(String id) throws Exception {
        eventually("purge " + id + " is complete", () -> {
            HttpResponse<String> response = get("/v1/purges/" + id);
            return response.statusCode() == 200
                    && json(response).path("complete").asBoolean();
        });
        return json(get("/v1/purges/" + id));
    }
}
