package io.tidemark.gateway.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision.Bypass;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.GatewayTimeout;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.StoreDecision.DoNotStore;
import io.tidemark.gateway.cache.StoreDecision.FetchAgain;
import io.tidemark.gateway.cache.StoreDecision.Freshen;
import io.tidemark.gateway.cache.StoreDecision.ServeStale;
import io.tidemark.gateway.cache.StoreDecision.Store;
import io.tidemark.gateway.http.Headers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The engine alone as a cache for one URL: executes its decisions in memory, with a clock and an origin that tests set. */
public final class PureCache extends CacheUnderTest {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final CachePolicy policy;
    private final List<StoredResponse> stored = new ArrayList<>();
    private Instant now = START;
    private long position;
    private Trust trust = Trust.TRUSTED;
    private PurgeVerdict verdict = PurgeVerdict.VALID;

    private int replyStatus = 200;
    private Headers replyHeaders = Headers.empty();
    private String replyBody = "body";
    private boolean originDown;
    private @Nullable Headers forwarded;
    private int calls;

    PureCache() {
        this(PolicySettings.standard());
    }

    PureCache(PolicySettings settings) {
        this.policy = new CachePolicy(settings);
    }

    static PresentedRequest request(String method, @Nullable String fields) {
        return new PresentedRequest(method, "http", "shop.example", "/a", null, fields(fields));
    }

    private static PresentedRequest presented(String method, Headers headers) {
        return new PresentedRequest(method, "http", "shop.example", "/a", null, headers);
    }

    @Override
    public PureCache origin(int status, @Nullable String fields, String body) {
        replyStatus = status;
        replyHeaders = dated(fields);
        replyBody = body;
        originDown = false;
        return this;
    }

    @Override
    public PureCache origin(@Nullable String fields) {
        return origin(200, fields, "body " + calls);
    }

    @Override
    public PureCache originDown() {
        originDown = true;
        return this;
    }

    @Override
    public PureCache later(long seconds) {
        now = now.plusSeconds(seconds);
        return this;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public boolean isStored() {
        return !stored.isEmpty();
    }

    PureCache cutOff() {
        trust = Trust.CONFIRM_EACH_USE;
        return this;
    }

    PureCache purged(PurgeVerdict newVerdict) {
        verdict = newVerdict;
        return this;
    }

    PureCache watermark(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public Outcome send(String method, @Nullable String fields) {
        PresentedRequest request = presented(method, dated(fields));
        CacheDecision decision = decide(request);
        return switch (decision) {
            case ServeStored served ->
                serve(
                        served.reason() == CacheDecision.ServeReason.FRESH ? How.HIT : How.STALE,
                        served.stored(),
                        request);
            case GatewayTimeout ignored -> new Outcome(How.TIMEOUT, 504, Headers.empty(), "");
            case CacheDecision.CutOff ignored -> throw new AssertionError("a policy of routes says so, not the engine");
            case Bypass ignored -> forward(request, request.headers(), decision);
            case Fetch ignored -> forward(request, request.headers(), decision);
            case Revalidate revalidate ->
                forward(request, CachePolicy.revalidationHeaders(request.headers(), revalidate.conditions()), decision);
        };
    }

    CacheDecision decide(PresentedRequest request) {
        return policy.decide(
                request, stored.stream().map(s -> new Candidate(s, verdict)).toList(), trust, now);
    }

    private Outcome serve(How how, StoredResponse response, PresentedRequest request) {
        Answer answer = Answer.from(response, request, now);
        return new Outcome(how, answer.status(), answer.headers(), text(answer));
    }

    private Outcome forward(PresentedRequest request, Headers sent, CacheDecision decision) {
        forwarded = sent;
        calls++;
        if (originDown) {
            return policy.onOriginFailure(decision, Duration.ZERO, now)
                    .map(served -> serve(How.STALE, served.stored(), request))
                    .orElseGet(() -> new Outcome(How.TIMEOUT, 504, Headers.empty(), ""));
        }
        ResponseHead head = new ResponseHead(replyStatus, replyHeaders, now, now);
        if (decision instanceof Bypass) {
            CachePolicy.invalidation(request, head).ifPresent(i -> stored.clear());
            return new Outcome(How.ORIGIN, replyStatus, replyHeaders, replyBody);
        }
        Position sentAt = new Position("log", position);
        StoreDecision store = policy.onOriginResponse(request, decision, head, sentAt, now);
        switch (store) {
            case Store keep -> {
                StoredResponse fresh = keep.with(replyBody.getBytes(UTF_8), request, List.of("shop.example"), sentAt);
                if (fresh != null) {
                    put(fresh);
                }
            }
            case Freshen freshen -> {
                stored.remove(freshen.former());
                if (freshen.keep()) {
                    put(freshen.freshened());
                }
                if (replyStatus == 304) {
                    Answer answer =
                            Answer.from(freshen.freshened(), request, now).with(freshen.forAsker());
                    return new Outcome(How.REVALIDATED, answer.status(), answer.headers(), text(answer));
                }
            }
            case ServeStale stale -> {
                return serve(How.STALE, stale.stale().stored(), request);
            }
            case FetchAgain again -> {
                stored.remove(again.obsolete());
                return new Outcome(How.ORIGIN, 0, Headers.empty(), "again");
            }
            case DoNotStore no -> stored.remove(no.obsolete());
        }
        return new Outcome(How.ORIGIN, replyStatus, replyHeaders, replyBody);
    }

    private void put(StoredResponse response) {
        stored.removeIf(s -> s.variant().equals(response.variant()));
        stored.add(response);
    }

    @Override
    public int calls() {
        return calls;
    }

    @Override
    public Headers forwarded() {
        return Objects.requireNonNull(forwarded, "the origin was not asked");
    }

    List<StoredResponse> stored() {
        return stored;
    }

    CachePolicy policy() {
        return policy;
    }

    private static String text(Answer answer) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer piece : answer.body()) {
            text.append(UTF_8.decode(piece.duplicate()));
        }
        return text.toString();
    }
}
