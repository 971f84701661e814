package io.tidemark.writequeue.delivery;

import io.tidemark.commons.origins.DnsSettings;
import io.tidemark.commons.origins.OutlierSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;

/** What tests of connections to origins share. */
final class OriginsUnderTest {
    private OriginsUnderTest() {}

    /** Connections that live longer than a test, of names that are looked up all the time. */
    static OriginConnectionsProperties connections(@Nullable String bundle, String... nameServers) {
        return new OriginConnectionsProperties(
                bundle,
                Duration.ofMinutes(10),
                new DnsSettings(
                        List.of(nameServers), Duration.ofMillis(100), Duration.ofSeconds(10), Duration.ofSeconds(2)),
                new OutlierSettings(5, Duration.ofSeconds(1)));
    }

    /** The body that is answered. */
    static String get(OriginHttp http, String url) throws ExecutionException, InterruptedException, TimeoutException {
        return get(http.client(), url);
    }

    static String get(HttpClient client, String url) throws ExecutionException, InterruptedException, TimeoutException {
        return client.get()
                .uri(url)
                .responseSingle((_, content) -> content.asString())
                .toFuture()
                .get(30, TimeUnit.SECONDS);
    }
}
