package io.tidemark.writequeue.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.tidemark.commons.origins.OriginConnections;
import io.tidemark.commons.origins.OriginNames;
import io.tidemark.writequeue.types.WriteTypesProperties;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Makes the HTTP clients of the origins: HTTP/2 where TLS agrees to it, else HTTP/1.1; one SSL bundle, loaded anew when it
 * changes; names that are followed.
 */
@Component
@EnableConfigurationProperties(OriginConnectionsProperties.class)
class OriginHttpClients implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OriginHttpClients.class);
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final int MAX_HEAD_BYTES = 256 * 1024;

    private final OriginConnectionsProperties properties;
    private final SslBundles bundles;
    private final OriginNames names;

    OriginHttpClients(OriginConnectionsProperties properties, SslBundles bundles, MeterRegistry metrics) {
        this.properties = properties;
        this.bundles = bundles;
        this.names = new OriginNames(properties.dns(), properties.outliers(), metrics, System::nanoTime);
    }

    OriginHttp of(WriteTypesProperties.Origin origin) {
        ConnectionProvider connections = ConnectionProvider.builder("origins")
                .maxConnections(origin.maxInFlight())
                .pendingAcquireMaxCount(-1) // no more than have a permit
                .maxLifeTime(properties.connectionLife().multipliedBy(4).dividedBy(5))
                .maxLifeTimeVariance(0.25)
                .evictionPredicate(OriginConnections.letGo(names, IDLE))
                .evictInBackground(LOOK_EVERY)
                .lifo()
                .build();
        String bundle = properties.sslBundle();
        if (!"https".equals(origin.url().getScheme())) {
            return new OriginHttp(connections, client -> plain(client, origin), names);
        }
        if (bundle == null || !StringUtils.hasText(bundle)) {
            return new OriginHttp(connections, client -> overTls(client, origin).secure(), names);
        }
        SslBundle known = bundles.getBundle(bundle);
        var http = new OriginHttp(connections, client -> by(known, origin, overTls(client, origin)), names);
        bundles.addBundleUpdateHandler(bundle, updated -> {
            try {
                http.change(before -> by(updated, origin, before));
                log.info("TLS to {}: SSL bundle {} was loaded anew", origin.url(), bundle);
            } catch (RuntimeException unusable) {
                log.warn("TLS to {}: the SSL bundle cannot be used, the one before stays", origin.url(), unusable);
            }
        });
        return http;
    }

    private HttpClient plain(HttpClient client, WriteTypesProperties.Origin origin) {
        return OriginConnections.following(names, client)
                .disableRetry(true) // see Origin.send
                .doOnRequest((_, connection) ->
                        FinalResponses.addTo(connection.channel().pipeline()))
                .httpResponseDecoder(spec -> spec.maxHeaderSize(MAX_HEAD_BYTES))
                .http2Settings(settings -> settings.maxHeaderListSize(MAX_HEAD_BYTES))
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(origin.connectTimeout().toMillis()));
    }

    private HttpClient overTls(HttpClient client, WriteTypesProperties.Origin origin) {
        return plain(client, origin).protocol(HttpProtocol.H2, HttpProtocol.HTTP11);
    }

    private static HttpClient by(SslBundle bundle, WriteTypesProperties.Origin origin, HttpClient client) {
        SslContext context = context(bundle);
        return client.secure(spec -> spec.sslContext(context).handshakeTimeout(origin.connectTimeout()));
    }

    private static SslContext context(SslBundle bundle) {
        var keys = bundle.getManagers().getKeyManagerFactory();
        var trust = bundle.getManagers().getTrustManagerFactory();
        try {
            return Http2SslContextSpec.forClient()
                    .configure(builder -> builder.keyManager(keys).trustManager(trust))
                    .sslContext();
        } catch (SSLException unusable) {
            throw new IllegalStateException(unusable);
        }
    }

    @Override
    public void close() {
        names.close();
    }
}
