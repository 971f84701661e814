package io.tidemark.gateway.edge;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import io.tidemark.commons.requests.LogSampling;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.cache.Answer;
import io.tidemark.gateway.cache.CacheDecision.ServeReason;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.CacheStatus;
import io.tidemark.gateway.cache.CacheStatus.Summary;
import io.tidemark.gateway.cache.Candidate;
import io.tidemark.gateway.cache.Headers;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Trust;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.TieredStore;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyRouteProvider;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.HttpServerRoutes;

/**
 * Answers, in front of WebFlux, what needs nothing but this process's memory: a stored response that may be served now, to
 * a request whose target the filter has answered before. It gives the answer that the filter would have given, made of the
 * same decision, and leaves everything else to the filter.
 */
@Component
final class HitRoute implements NettyRouteProvider {
    private static final Logger requestLog = LoggerFactory.getLogger("tidemark.requests");

    /** With one of these the filter decides: they ask for more than a look into memory. */
    private static final AsciiString[] FOR_THE_FILTER = {
        HttpHeaderNames.CONTENT_LENGTH,
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.EXPECT,
        HttpHeaderNames.UPGRADE,
        AsciiString.cached("edge-read-after")
    };

    /** Without any of these the answer is the whole stored response. */
    private static final AsciiString[] SHAPING = {
        HttpHeaderNames.IF_NONE_MATCH,
        HttpHeaderNames.IF_MODIFIED_SINCE,
        HttpHeaderNames.IF_MATCH,
        HttpHeaderNames.IF_UNMODIFIED_SINCE,
        HttpHeaderNames.IF_RANGE,
        HttpHeaderNames.RANGE,
        HttpHeaderNames.CACHE_CONTROL,
        HttpHeaderNames.PRAGMA
    };

    private static final AsciiString REQUEST_ID = AsciiString.cached(RequestId.HEADER);
    private static final AsciiString AGE = AsciiString.cached("Age");
    private static final AsciiString CACHE_STATUS = AsciiString.cached(CacheStatus.FIELD);
    private static final AsciiString SUMMARY = AsciiString.cached(Summary.FIELD);
    private static final AsciiString COLO = AsciiString.cached("X-Edge-Colo");
    private static final AsciiString DATA_AGE = AsciiString.cached("X-Data-Age-Ms");
    private static final AsciiString HIT = AsciiString.cached(Summary.HIT.name());
    private static final AsciiString STALE = AsciiString.cached(Summary.STALE.name());

    /** What the predicate has found for the handler, which is called right after it on the same thread. */
    private final FastThreadLocal<@Nullable Hit> found = new FastThreadLocal<>();

    private final HitRouteProperties properties;
    private final HitIndex index;
    private final TieredStore store;
    private final PurgeView purges;
    private final Revalidator revalidator;
    private final LogSampling sampling;
    private final EdgeMeters meters;
    private final InstantSource clock;
    private final String cacheName;
    private final AsciiString colo;
    private volatile boolean on = true;
    private final LongAdder hits = new LongAdder();
    private final LongAdder staleHits = new LongAdder();

    HitRoute(
            HitRouteProperties properties,
            EdgeProperties edge,
            HitIndex index,
            TieredStore store,
            PurgeView purges,
            Revalidator revalidator,
            LogSampling sampling,
            EdgeMeters meters,
            InstantSource clock,
            MeterRegistry metrics) {
        this.properties = properties;
        this.index = index;
        this.store = store;
        this.purges = purges;
        this.revalidator = revalidator;
        this.sampling = sampling;
        this.meters = meters;
        this.clock = clock;
        this.cacheName = edge.cacheName();
        this.colo = AsciiString.cached(edge.colo());
        FunctionCounter.builder("tidemark.hit.route", hits, LongAdder::sum)
                .tag("result", "hit")
                .description("answers that the hit route gave")
                .register(metrics);
        FunctionCounter.builder("tidemark.hit.route", staleHits, LongAdder::sum)
                .tag("result", "stale")
                .description("answers that the hit route gave")
                .register(metrics);
    }

    /**
     * An answer.
     *
     * @param prepared the stored head, for a plain answer; else {@code shaped} is there
     */
    private record Hit(
            String route,
            String requestId,
            ServeStored served,
            @Nullable PreparedHead prepared,
            @Nullable Answer shaped,
            boolean isHead,
            Instant now) {}

    @Override
    public HttpServerRoutes apply(HttpServerRoutes routes) {
        return properties.enabled() ? routes.route(this::find, this::answer) : routes;
    }

    /** Leaves everything to the filter, or no longer: for the test that holds the two together. */
    void turn(boolean toOn) {
        on = toOn;
    }

    /** How many answers it has given. */
    long answers() {
        return hits.sum() + staleHits.sum();
    }

    // --- deciding -----------------------------------------------------------------------------------------------

    private boolean find(HttpServerRequest request) {
        Hit hit = on ? hit(request) : null;
        if (hit == null) {
            return false;
        }
        found.set(hit);
        return true;
    }

    private @Nullable Hit hit(HttpServerRequest request) {
        boolean isHead = HttpMethod.HEAD.equals(request.method());
        HttpHeaders fields = request.requestHeaders();
        if ((!isHead && !HttpMethod.GET.equals(request.method())) || hasAny(fields, FOR_THE_FILTER)) {
            return null;
        }
        String host = onlyHost(fields);
        HitTarget target = host == null ? null : index.find(request.scheme(), host, request.uri());
        if (target == null || purges.trust() != Trust.TRUSTED) {
            return null;
        }
        List<LocalEntry> entries = store.findLocally(target.key());
        if (entries.isEmpty()) {
            return null;
        }
        String presentedId = fields.get(REQUEST_ID);
        String id = RequestId.of(presentedId);
        if (sampling.includes(id) || requestLog.isDebugEnabled()) {
            fields.set(REQUEST_ID, id);
            return null; // the filter logs it in full
        }
        Instant now = clock.instant();
        LocalEntry only = entries.getFirst();
        boolean plain = entries.size() == 1
                && only.response().variant().equals(Variant.ONLY)
                && only.response().body().isComplete()
                && !hasAny(fields, SHAPING);
        PresentedRequest presented = plain ? target.bare(isHead) : target.presented(isHead, headers(fields, id));
        if (!(target.policy().cache().decide(presented, candidates(entries), Trust.TRUSTED, now)
                        instanceof ServeStored served)
                || (served.refreshBehind() && !revalidator.isBusy(target.key()))) {
            return null;
        }
        return plain
                ? new Hit(target.key().route(), id, served, target.prepared(only), null, isHead, now)
                : new Hit(
                        target.key().route(),
                        id,
                        served,
                        null,
                        Answer.from(served.stored(), presented, now),
                        isHead,
                        now);
    }

    /** A request with two Host fields is invalid: the filter says so. */
    private static @Nullable String onlyHost(HttpHeaders fields) {
        Iterator<String> hosts = fields.valueStringIterator(HttpHeaderNames.HOST);
        String first = hosts.hasNext() ? hosts.next() : null;
        return hosts.hasNext() ? null : first;
    }

    private List<Candidate> candidates(List<LocalEntry> entries) {
        if (entries.size() == 1) {
            return List.of(candidate(entries.getFirst()));
        }
        List<Candidate> candidates = new ArrayList<>(entries.size());
        for (LocalEntry entry : entries) {
            candidates.add(candidate(entry));
        }
        return candidates;
    }

    private Candidate candidate(LocalEntry entry) {
        StoredResponse response = entry.response();
        PurgeVerdict verdict = purges.verdict(response.subject(), response.filledAt(), entry.memo());
        return new Candidate(response, verdict);
    }

    private static boolean hasAny(HttpHeaders fields, AsciiString[] names) {
        for (AsciiString name : names) {
            if (fields.contains(name)) {
                return true;
            }
        }
        return false;
    }

    private static Headers headers(HttpHeaders fields, String id) {
        Headers.Builder headers = Headers.builder();
        for (Map.Entry<String, String> field : fields) {
            headers.add(field.getKey(), field.getValue());
        }
        return headers.set(RequestId.HEADER, id).build();
    }

    // --- acting -------------------------------------------------------------------------------------------------

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        Hit hit = found.get();
        found.remove();
        if (hit == null) {
            throw new IllegalStateException("the handler was called without its predicate");
        }
        HttpHeaders fields = response.responseHeaders();
        StoredResponse stored = hit.served.stored();
        Duration age = stored.head().age(hit.now);
        ByteBuf body = hit.prepared != null
                ? plain(hit, hit.prepared, age, response, fields)
                : shaped(hit.shaped, response, fields);
        boolean isFresh = hit.served.reason() == ServeReason.FRESH;
        fields.set(REQUEST_ID, hit.requestId);
        fields.add(CACHE_STATUS, CacheStatus.hit(hit.served.freshness().ttl()).text(cacheName));
        fields.set(SUMMARY, isFresh ? HIT : STALE);
        fields.set(COLO, colo);
        fields.set(DATA_AGE, Long.toString(Math.max(0, age.toMillis())));
        (isFresh ? hits : staleHits).increment();
        meters.answered(hit.route, isFresh ? Summary.HIT : Summary.STALE, false);
        return hit.isHead || !body.isReadable() ? response.send() : response.sendObject(body);
    }

    private static ByteBuf plain(
            Hit hit, PreparedHead prepared, Duration age, HttpServerResponse response, HttpHeaders fields) {
        response.status(prepared.status());
        prepared.writeTo(fields);
        fields.set(AGE, Long.toString(age.toSeconds()));
        return hit.isHead
                ? Unpooled.EMPTY_BUFFER
                : Unpooled.wrappedBuffer(hit.served.stored().body().bytes());
    }

    private static ByteBuf shaped(@Nullable Answer answer, HttpServerResponse response, HttpHeaders fields) {
        if (answer == null) {
            throw new IllegalStateException("a hit is prepared or shaped");
        }
        response.status(HttpResponseStatus.valueOf(answer.status()));
        for (Headers.Field field : answer.headers()) {
            fields.add(field.name(), field.value());
        }
        return Unpooled.wrappedBuffer(answer.body().toArray(ByteBuffer[]::new));
    }
}
