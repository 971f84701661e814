package io.tidemark.gateway.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.SocketAddress;
import java.util.List;
import java.util.Locale;
import org.springframework.boot.reactor.netty.autoconfigure.NettyServerProperties;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Reads requests: exactly one valid authority (RFC 9112 §3.2, else 400), which an absolute target overrules (§3.2.2), a target
 * that is one, no more fields than there may be (else 431), and a host that is served (else 421). Thread-safe.
 */
@Component
final class Arrivals {
    private static final RequestTarget ROOT = new RequestTarget("/", null, "/", null);
    private static final Authority NOBODY = new Authority("invalid", -1);

    private final RequestProperties properties;
    private final FieldRules rules;
    private final ClientAddresses clients;
    private final ForwardedRequest forwarded;
    private final boolean passesAmbiguous;
    private final int longest;

    Arrivals(
            RequestProperties properties,
            FieldRules rules,
            ClientAddresses clients,
            ForwardedRequest forwarded,
            NettyServerProperties server) {
        this.properties = properties;
        this.rules = rules;
        this.clients = clients;
        this.forwarded = forwarded;
        this.passesAmbiguous = properties.ambiguousPaths() == RequestProperties.Ambiguous.PASS;
        this.longest = (int) server.getMaxInitialLineLength().toBytes();
    }

    /** The request as it was read; its fields are without those that end here from now on. */
    ArrivedRequest arrived(HttpServerRequest request) {
        HttpHeaders fields = request.requestHeaders();
        boolean areTooMany = fields.size() > properties.maxFields();
        SocketAddress peer = request.connectionRemoteAddress();
        boolean isTrusted = clients.isTrusted(peer);
        String said = isTrusted ? forwarded.scheme(fields) : null;
        String scheme = said == null ? request.connectionScheme() : said;
        List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
        String host = hosts.isEmpty() ? "" : hosts.getFirst();
        boolean isAll = !host.isEmpty() && !(isTrusted && forwarded.namesOtherHost(fields, host));
        ArrivedRequest.Wire wire = new ArrivedRequest.Wire(scheme, host, request.uri(), isAll);
        Authority authority = NOBODY;
        RequestTarget target = ROOT;
        ProblemDetail problem = null;
        try {
            if (areTooMany) {
                throw InvalidRequestException.tooManyFields(fields.size(), properties.maxFields());
            }
            target = target(request);
            authority = authority(request, hosts, scheme);
            Authority outer = isTrusted ? forwarded.authority(fields, scheme) : null;
            authority = outer == null ? authority : outer;
            if (!properties.serves(authority.host())) {
                throw InvalidRequestException.notServed(authority.host());
            }
        } catch (InvalidRequestException invalid) {
            problem = invalid.problem();
            target = ROOT;
        }
        Forwarding forwarding = new Forwarding(clients.chain(peer, fields), scheme, authority);
        if (!areTooMany) {
            rules.apply(fields);
        }
        if (problem == null && !(hosts.size() == 1 && host.equals(authority.text()))) {
            fields.set(HttpHeaderNames.HOST, authority.text());
        }
        return new ArrivedRequest(request, wire, target, forwarding, problem);
    }

    /** RFC 9112 §3.2; RFC 9113 §8.3.1 knows no absolute form. */
    private RequestTarget target(HttpServerRequest request) throws InvalidRequestException {
        String text = request.uri();
        if (text.length() > longest) { // over HTTP/1.1 the whole line was refused before
            throw InvalidRequestException.targetTooLong(text.length(), longest);
        }
        if (request.method().equals(HttpMethod.CONNECT)
                || (text.equals("*") && request.method().equals(HttpMethod.OPTIONS))) {
            return ROOT; // for no route
        }
        int authority = isHttp2(request) ? -1 : authorityStart(text);
        if (text.startsWith("/") || authority < 0) {
            return RequestTarget.parse(text, passesAmbiguous);
        }
        String rest = text.substring(authorityEnd(text, authority));
        return RequestTarget.parse(rest.startsWith("/") ? rest : '/' + rest, passesAmbiguous);
    }

    private static Authority authority(HttpServerRequest request, List<String> hosts, String scheme)
            throws InvalidRequestException {
        boolean isRequired = request.version().equals(HttpVersion.HTTP_1_1);
        if (hosts.size() > 1 || (hosts.isEmpty() && isRequired)) {
            throw InvalidRequestException.host("the request has " + hosts.size() + " Host fields; it must have one");
        }
        Authority named = hosts.isEmpty()
                ? Authority.parse(request.hostName() + ':' + request.hostPort(), scheme)
                : Authority.parse(hosts.getFirst(), scheme);
        if (named == null) {
            throw InvalidRequestException.host("the Host field is no host and port");
        }
        String target = request.uri();
        int start = target.startsWith("/") ? -1 : authorityStart(target);
        if (start < 0) {
            return named;
        }
        Authority overruling = Authority.parse(target.substring(start, authorityEnd(target, start)), scheme);
        if (overruling == null) {
            throw InvalidRequestException.host("the request target names no host and port");
        }
        return overruling;
    }

    private static boolean isHttp2(HttpServerRequest request) {
        return request.protocol().startsWith("HTTP/2");
    }

    /** Where the authority of an http URL starts, -1 if it is none. */
    private static int authorityStart(String target) {
        String lower = target.substring(0, Math.min(8, target.length())).toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
    }

    private static int authorityEnd(String target, int start) {
        for (int i = start; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/' || c == '?' || c == '#') {
                return i;
            }
        }
        return target.length();
    }
}
