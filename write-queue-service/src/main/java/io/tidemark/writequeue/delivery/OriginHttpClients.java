package io.tidemark.writequeue.delivery;

import io.tidemark.writequeue.types.WriteTypesProperties;
import java.net.http.HttpClient;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/** Makes the HTTP clients of the origins: HTTP/2 where TLS agrees to it, else HTTP/1.1; one SSL bundle, loaded anew when it changes. */
@Component
@EnableConfigurationProperties(OriginConnectionsProperties.class)
class OriginHttpClients {
    private static final Logger log = LoggerFactory.getLogger(OriginHttpClients.class);

    private final OriginConnectionsProperties properties;
    private final SslBundles bundles;
    private final AtomicReference<@Nullable SSLContext> tls = new AtomicReference<>();

    OriginHttpClients(OriginConnectionsProperties properties, SslBundles bundles) {
        this.properties = properties;
        this.bundles = bundles;
        String bundle = properties.sslBundle();
        if (bundle != null && StringUtils.hasText(bundle)) {
            tls.set(bundles.getBundle(bundle).createSslContext());
        }
    }

    OriginHttp of(WriteTypesProperties.Origin origin) {
        var http = new OriginHttp(() -> client(origin), properties.connectionLife(), System::nanoTime);
        String bundle = properties.sslBundle();
        if (bundle != null && StringUtils.hasText(bundle)) {
            bundles.addBundleUpdateHandler(bundle, updated -> {
                try {
                    tls.set(updated.createSslContext());
                    http.renew();
                    log.info("TLS to {}: SSL bundle {} was loaded anew", origin.url(), bundle);
                } catch (RuntimeException unusable) {
                    log.warn("TLS to {}: the SSL bundle cannot be used, the one before stays", origin.url(), unusable);
                }
            });
        }
        return http;
    }

    private HttpClient client(WriteTypesProperties.Origin origin) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(
                        origin.url().getScheme().equals("https")
                                ? HttpClient.Version.HTTP_2
                                : HttpClient.Version.HTTP_1_1)
                .connectTimeout(origin.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER);
        SSLContext context = tls.get();
        return context == null ? client.build() : client.sslContext(context).build();
    }
}
