package io.tidemark.gateway.origin;

import static io.tidemark.local.fixtures.Certificates.pem;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.util.List;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/** Origins behind TLS, with the tests' certificates. */
final class TlsOrigins {
    private TlsOrigins() {}

    /** A server that agrees to these protocols. */
    static HttpServer of(String certificate, ClientAuth clients, List<HttpProtocol> protocols) {
        File file = pem(certificate).toFile();
        GenericSslContextSpec<SslContextBuilder> tls = protocols.contains(HttpProtocol.H2)
                ? Http2SslContextSpec.forServer(file, file)
                : Http11SslContextSpec.forServer(file, file);
        return HttpServer.create()
                .protocol(protocols.toArray(HttpProtocol[]::new))
                .secure(spec -> spec.sslContext(tls.configure(builder ->
                        builder.clientAuth(clients).trustManager(pem("ca").toFile()))));
    }
}
