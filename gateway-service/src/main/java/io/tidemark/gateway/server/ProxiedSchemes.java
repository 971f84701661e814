package io.tidemark.gateway.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The scheme of a request as {@link Arrivals} will read it, for those who look at it before them. Thread-safe. */
@Component
public final class ProxiedSchemes {
    private final ClientAddresses clients;
    private final ForwardedRequest forwarded;

    ProxiedSchemes(ClientAddresses clients, ForwardedRequest forwarded) {
        this.clients = clients;
        this.forwarded = forwarded;
    }

    /** Whether requests from this peer may be of another scheme or host than they seem. */
    public boolean mayDiffer(@Nullable SocketAddress peer) {
        return clients.isTrusted(peer);
    }

    /** The scheme of a request from such a peer, null where its host may be another one than Host, too. */
    public @Nullable String of(HttpHeaders fields, String ofConnection) {
        String host = fields.get(HttpHeaderNames.HOST);
        if (host == null || forwarded.namesOtherHost(fields, host)) {
            return null;
        }
        String said = forwarded.scheme(fields);
        return said == null ? ofConnection : said;
    }
}
