package io.tidemark.gateway.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.TraceContext;
import io.tidemark.gateway.server.ArrivedRequest;
import io.tidemark.gateway.server.EarlyAnswer;
import io.tidemark.gateway.server.EarlyRefusals;
import io.tidemark.gateway.server.RequestLog;
import io.tidemark.state.token.SessionTokens;
import io.tidemark.state.token.TokenFault;
import io.tidemark.state.token.TokenVerdict;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import tools.jackson.databind.json.JsonMapper;

/**
 * Refuses calls to {@code /edge/session} and its entries whose token is worth nothing, before anything is made of the request: a flood
 * of forged ones is to cost less than so many hits. A host is learned from what {@link SessionHandler} has refused, which
 * knows whether it is served here. What is not plain, has content, or is to be logged is left to that. Thread-safe.
 */
final class RefusedTokens implements EarlyRefusals {
    /** The most hosts that are known. */
    private static final int MOST_HOSTS = 64;

    /** More fields, and the filters look whether they are too many. */
    private static final int MOST_FIELDS = 40;

    /** With one of these the request is not plain. */
    private static final AsciiString[] FOR_THE_FILTERS = {
        HttpHeaderNames.CONTENT_LENGTH,
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.EXPECT,
        HttpHeaderNames.UPGRADE
    };

    private static final Set<HttpMethod> METHODS = Set.of(HttpMethod.GET, HttpMethod.DELETE);
    private static final AsciiString REQUEST_ID = AsciiString.cached(RequestId.HEADER);
    private static final AsciiString TRACEPARENT = AsciiString.cached(TraceContext.FIELD);
    private static final String CHALLENGE = "WWW-Authenticate";
    private static final String TYPE = "Content-Type";
    private static final String LENGTH = "Content-Length";
    private static final String CACHE = "Cache-Control";
    private static final String BEARER = "Bearer";

    private final SessionCookie cookie;
    private final SessionTokens tokens;
    private final InstantSource clock;
    private final RequestLog log;
    private final Map<TokenFault, Answer> answers = new EnumMap<>(TokenFault.class);
    private final Cache<String, Boolean> hosts = Caffeine.newBuilder()
            .maximumSize(MOST_HOSTS) // keeps those that are asked for most
            .executor(Runnable::run)
            .build();
    private final Counter early;

    private record Answer(EarlyAnswer answer, Counter refused) {}

    RefusedTokens(
            SessionCookie cookie,
            SessionTokens tokens,
            InstantSource clock,
            RequestLog log,
            JsonMapper mapper,
            MeterRegistry metrics) {
        this.cookie = cookie;
        this.tokens = tokens;
        this.clock = clock;
        this.log = log;
        for (TokenFault fault : TokenFault.values()) {
            answers.put(
                    fault,
                    new Answer(
                            answer(mapper.writeValueAsBytes(SessionProblems.invalid(fault))),
                            metrics.counter("tidemark.sessions.refused", "type", fault.label())));
        }
        this.early = Counter.builder("tidemark.sessions.refused.early")
                .description("Calls that were refused by their token before anything else was made of them")
                .register(metrics);
    }

    /** A request of a host that is served here was refused by its token. */
    void learn(ServerWebExchange exchange) {
        ArrivedRequest.Wire wire = ArrivedRequest.of(exchange.getRequest()).wire();
        if (wire.isAll()) {
            hosts.put(host(wire.scheme(), wire.host()), true);
        }
    }

    private static String host(String scheme, String host) {
        return scheme + ' ' + host;
    }

    @Override
    public @Nullable Refused of(String scheme, HttpMethod method, String uri, HttpHeaders fields) {
        if (!uri.startsWith(SessionHandler.ROOT)
                || !(uri.length() == SessionHandler.ROOT.length() || EntryDoor.isEntry(uri))
                || !METHODS.contains(method)) {
            return null;
        }
        String host = onlyOne(fields, HttpHeaderNames.HOST);
        if (host == null
                || fields.size() > MOST_FIELDS
                || hasAny(fields)
                || hosts.getIfPresent(host(scheme, host)) == null) {
            return null;
        }
        String token = token(fields);
        if (token == null
                || !(tokens.verify(token, clock.instant()) instanceof TokenVerdict.Invalid(TokenFault fault))) {
            return null;
        }
        String presentedId = fields.get(REQUEST_ID);
        String traceparent = fields.get(TRACEPARENT);
        TraceContext own = presentedId == null && traceparent == null ? TraceContext.next() : null;
        String id = own == null ? RequestId.of(presentedId) : own.traceId();
        return log.includes(own == null ? TraceContext.of(id, traceparent) : own) ? null : refused(fault, id);
    }

    private Refused refused(TokenFault fault, String id) {
        Answer answer = Objects.requireNonNull(answers.get(fault));
        answer.refused.increment();
        early.increment();
        return new Refused(answer.answer, id);
    }

    private static EarlyAnswer answer(byte[] problem) {
        HttpHeaders fields = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        fields.set(CHALLENGE, BEARER)
                .set(TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE)
                .set(LENGTH, problem.length)
                .set(CACHE, HttpHeaderValues.NO_STORE);
        return new EarlyAnswer(HttpResponseStatus.UNAUTHORIZED, fields, problem);
    }

    /** What is shown, where there is no doubt what it is. */
    private @Nullable String token(HttpHeaders fields) {
        if (fields.contains(HttpHeaderNames.AUTHORIZATION)) {
            String line = onlyOne(fields, HttpHeaderNames.AUTHORIZATION);
            String bearer = line == null ? null : SessionCookie.bearer(List.of(line));
            return bearer != null && SessionTokens.isMeant(bearer) ? bearer : null;
        }
        String line = onlyOne(fields, HttpHeaderNames.COOKIE);
        return line == null ? null : cookie.onlyOne(line);
    }

    private static boolean hasAny(HttpHeaders fields) {
        for (AsciiString name : FOR_THE_FILTERS) {
            if (fields.contains(name)) {
                return true;
            }
        }
        return false;
    }

    /** The field's value if it has one line; else null. */
    private static @Nullable String onlyOne(HttpHeaders fields, AsciiString name) {
        var lines = fields.valueStringIterator(name);
        String first = lines.hasNext() ? lines.next() : null;
        return lines.hasNext() ? null : first;
    }
}
