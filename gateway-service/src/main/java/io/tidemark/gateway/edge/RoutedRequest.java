package io.tidemark.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.InterimListener;
import io.tidemark.gateway.origin.OriginTarget;
import io.tidemark.gateway.server.Forwarding;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * The facts of a client's request, when its route's filters are done with it: all that the read path knows of it.
 *
 * @param route the route's id
 * @param method as it was sent
 * @param fields as the filters left them, without those that Connection names
 * @param forwarding who asks, by which scheme and authority
 * @param uri where the origin is to be asked
 * @param target the path and query that came, and what the origin is asked for
 * @param preserveHost whether the origin is told the authority that was asked for instead of its own
 * @param id the request's
 * @param interim who gets the origin's interim responses, null: nobody
 * @param content null if the request has none
 * @param user the name that stands for its verified user in keys, null if nobody is known
 * @param span the step of which all that is done for it is a part
 */
public record RoutedRequest(
        String route,
        String method,
        Headers fields,
        Forwarding forwarding,
        URI uri,
        OriginTarget target,
        boolean preserveHost,
        String id,
        @Nullable InterimListener interim,
        @Nullable Publisher<ByteBuf> content,
        @Nullable String user,
        Span span) {}
