package io.tidemark.gateway.origin;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.client.HttpClient;

/**
 * TLS to origins by an SSL bundle ({@code spring.cloud.gateway.server.webflux.httpclient.ssl.ssl-bundle}) that is looked at anew
 * when its files change ({@code reload-on-update} of the bundle): from then on new connections are by the new ones, and the
 * others live no longer than {@code tidemark.origins.connection-life}. A bundle that cannot be used changes nothing.
 */
@Component
final class ReloadedTls implements HttpClientCustomizer {
    private static final Logger log = LoggerFactory.getLogger(ReloadedTls.class);

    private final HttpClientProperties.Ssl properties;
    private final boolean http2;
    private final SslBundles bundles;

    ReloadedTls(HttpClientProperties properties, ServerProperties server, SslBundles bundles) {
        this.properties = properties.getSsl();
        this.http2 = server.getHttp2().isEnabled();
        this.bundles = bundles;
    }

    @Override
    public HttpClient customize(HttpClient client) {
        String name = properties.getSslBundle();
        if (!StringUtils.hasText(name)
                || properties.isUseInsecureTrustManager()
                || !properties.getTrustedX509Certificates().isEmpty()) {
            return client;
        }
        Current current = new Current(context(bundles.getBundle(name)));
        bundles.addBundleUpdateHandler(name, updated -> {
            try {
                current.context.set(context(updated));
                log.info("TLS to origins: SSL bundle {} was loaded anew", name);
            } catch (RuntimeException unusable) {
                log.warn("TLS to origins: SSL bundle {} cannot be used, the one before stays", name, unusable);
            }
        });
        return client.secure(spec -> spec.sslContext(current)
                .handshakeTimeout(properties.getHandshakeTimeout())
                .closeNotifyFlushTimeout(properties.getCloseNotifyFlushTimeout())
                .closeNotifyReadTimeout(properties.getCloseNotifyReadTimeout()));
    }

    private SslContext context(SslBundle bundle) {
        var managers = bundle.getManagers();
        var keys = managers.getKeyManagerFactory();
        var trust = managers.getTrustManagerFactory();
        try {
            return http2
                    ? Http2SslContextSpec.forClient()
                            .configure(builder -> builder.keyManager(keys).trustManager(trust))
                            .sslContext()
                    : Http11SslContextSpec.forClient()
                            .configure(builder -> builder.keyManager(keys).trustManager(trust))
                            .sslContext();
        } catch (SSLException unusable) {
            throw new IllegalStateException(unusable);
        }
    }

    /** The one that was loaded last, for each new connection. */
    private static final class Current extends SslContext {
        private final AtomicReference<SslContext> context;

        Current(SslContext first) {
            this.context = new AtomicReference<>(first);
        }

        @Override
        public boolean isClient() {
            return context.get().isClient();
        }

        @Override
        public List<String> cipherSuites() {
            return context.get().cipherSuites();
        }

        @Override
        @SuppressWarnings("deprecation") // by Netty, which has nothing in its place
        public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
            return context.get().applicationProtocolNegotiator();
        }

        @Override
        public SSLEngine newEngine(ByteBufAllocator buffers) {
            return context.get().newEngine(buffers);
        }

        @Override
        public SSLEngine newEngine(ByteBufAllocator buffers, String host, int port) {
            return context.get().newEngine(buffers, host, port);
        }

        @Override
        public SSLSessionContext sessionContext() {
            return context.get().sessionContext();
        }
    }
}
