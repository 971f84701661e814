package io.tidemark.gateway.hit;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.commons.tracing.TraceContext;
import io.tidemark.gateway.cache.Answer;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.edge.EdgeMeters;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.identity.GatewayIdentity;
import io.tidemark.gateway.policy.PolicyDecider;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.TieredStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * What needs nothing but this process's memory: a stored response that may be served now, to a request whose target the
 * filter has answered before. It is the answer that the filter would have given, made of the same decision; everything else
 * is left to the filter. Thread-safe; nothing here blocks.
 */
@Component
public final class Hits {
    /** With one of these the filter decides: they ask for more than a look into memory. */
    private static final AsciiString[] FOR_THE_FILTER = {
        HttpHeaderNames.CONTENT_LENGTH,
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.EXPECT,
        HttpHeaderNames.UPGRADE,
        AsciiString.cached(EdgeFields.READ_AFTER)
    };

    /** Without any of these the answer is the whole stored response, or a 304 if one of {@link #CONDITIONS} is there. */
    private static final AsciiString[] SHAPING = {
        HttpHeaderNames.IF_MATCH,
        HttpHeaderNames.IF_UNMODIFIED_SINCE,
        HttpHeaderNames.IF_RANGE,
        HttpHeaderNames.RANGE,
        HttpHeaderNames.CACHE_CONTROL,
        HttpHeaderNames.PRAGMA
    };

    private static final AsciiString[] CONDITIONS = {HttpHeaderNames.IF_NONE_MATCH, HttpHeaderNames.IF_MODIFIED_SINCE};

    private static final AsciiString REQUEST_ID = AsciiString.cached(RequestId.HEADER);
    private static final AsciiString TRACEPARENT = AsciiString.cached(TraceContext.FIELD);

    private final HitIndex index;
    private final TieredStore store;
    private final PolicyDecider judge;
    private final Revalidator revalidator;
    private final FollowedHits following;
    private final EdgeMeters meters;
    private final DirectBodies bodies;
    private final InstantSource clock;
    private final HitFields heads;
    private volatile boolean on = true;
    private final LongAdder hits = new LongAdder();
    private final LongAdder staleHits = new LongAdder();

    Hits(
            GatewayIdentity gateway,
            HitIndex index,
            TieredStore store,
            PolicyDecider judge,
            Revalidator revalidator,
            FollowedHits following,
            EdgeMeters meters,
            DirectBodies bodies,
            InstantSource clock,
            MeterRegistry metrics) {
        this.index = index;
        this.store = store;
        this.judge = judge;
        this.revalidator = revalidator;
        this.following = following;
        this.meters = meters;
        this.bodies = bodies;
        this.clock = clock;
        this.heads = new HitFields(gateway);
        FunctionCounter.builder("tidemark.hit.route", hits, LongAdder::sum)
                .tag("result", "hit")
                .description("answers that the hit route gave")
                .register(metrics);
        FunctionCounter.builder("tidemark.hit.route", staleHits, LongAdder::sum)
                .tag("result", "stale")
                .description("answers that the hit route gave")
                .register(metrics);
    }

    /** Leaves everything to the filter, or no longer: for the test that holds the two together. */
    void turn(boolean toOn) {
        on = toOn;
    }

    /** How many answers were given from here. */
    public long answers() {
        return hits.sum() + staleHits.sum();
    }

    // --- deciding -----------------------------------------------------------------------------------------------

    /** The answer to a request, null if it is the filter's to give. */
    @Nullable
    Hit find(String scheme, HttpMethod method, String uri, HttpHeaders fields) {
        return on ? hit(scheme, method, uri, fields) : null;
    }

    private @Nullable Hit hit(String scheme, HttpMethod method, String uri, HttpHeaders fields) {
        boolean isHead = HttpMethod.HEAD.equals(method);
        if ((!isHead && !HttpMethod.GET.equals(method)) || hasAny(fields, FOR_THE_FILTER)) {
            return null;
        }
        String host = onlyHost(fields);
        HitTarget target = host == null ? null : index.find(scheme, host, uri);
        if (target == null) {
            return null;
        }
        List<LocalEntry> entries = store.findLocally(target.key());
        if (entries.isEmpty()) {
            return null;
        }
        String presentedId = fields.get(REQUEST_ID);
        String traceparent = fields.get(TRACEPARENT);
        // most have neither: then the id is written from the trace, and not the trace read from the id
        TraceContext own = presentedId == null && traceparent == null ? TraceContext.next() : null;
        String id = own == null ? RequestId.of(presentedId) : own.traceId();
        Instant now = clock.instant();
        LocalEntry only = entries.getFirst();
        boolean plain = entries.size() == 1
                && only.response().variant().equals(Variant.ONLY)
                && only.response().body().isComplete()
                && !hasAny(fields, SHAPING);
        PresentedRequest presented = plain ? target.bare(isHead) : target.presented(isHead, headers(fields, id));
        ServeStored served = judge.serveTrusted(target.policy(), presented, entries, now);
        if (served == null || (served.refreshBehind() && !revalidator.isBusy(target.key()))) {
            return null;
        }
        TraceContext trace = own == null ? TraceContext.of(id, traceparent) : own;
        Hit.Followed followed = following.of(trace, id, traceparent, isHead);
        if (!plain) {
            Answer answer = Answer.from(served.stored(), presented, now);
            return new Hit.Shaped(target, id, served, isHead, followed, answer);
        }
        boolean notModified = hasAny(fields, CONDITIONS) && Answer.isNotModified(served.stored(), conditions(fields));
        return new Hit.Plain(target, id, served, isHead, followed, target.prepared(only), notModified);
    }

    private static Headers conditions(HttpHeaders fields) {
        Headers.Builder conditions = Headers.builder();
        for (AsciiString name : CONDITIONS) {
            for (String value : fields.getAll(name)) {
                conditions.add(name.toString(), value);
            }
        }
        return conditions.build();
    }

    /** A request with two Host fields is invalid: the filter says so. */
    private static @Nullable String onlyHost(HttpHeaders fields) {
        Iterator<String> hosts = fields.valueStringIterator(HttpHeaderNames.HOST);
        String first = hosts.hasNext() ? hosts.next() : null;
        return hosts.hasNext() ? null : first;
    }

    static boolean hasAny(HttpHeaders fields, AsciiString[] names) {
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

    /** Counts an answer that is given, and has it logged. */
    void count(Hit hit) {
        (hit.isFresh() ? hits : staleHits).increment();
        hit.target().meters(meters).answered(hit.summary(), true);
        if (hit.followed() != null) {
            following.tell(hit, hit.followed(), heads.cacheStatus(hit));
        }
    }

    /** All fields of the answer, for Netty's encoder of HTTP/1.1. */
    HttpHeaders fields(Hit hit) {
        return heads.of(hit);
    }

    /** Adds all fields of the answer. */
    void writeFields(Hit hit, HttpHeaders to) {
        heads.writeTo(to, hit);
    }

    /** The body of the answer, to be released; none for HEAD and 304. */
    ByteBuf body(Hit hit) {
        return hit.body(bodies);
    }
}
