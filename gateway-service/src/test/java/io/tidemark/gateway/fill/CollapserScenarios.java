package io.tidemark.gateway.fill;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.WhenCutOff;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import io.tidemark.gateway.store.LocalStore;
import io.tidemark.gateway.store.TieredStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** A collapser of one gateway, and an origin that answers when it is told to. */
abstract class CollapserScenarios {
    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
    static final List<String> HOSTS = List.of("shop.example");
    static final PresentedRequest REQUEST =
            new PresentedRequest("GET", "https", "shop.example", "/products/42", null, Headers.empty());
    static final CacheKey KEY = CacheKey.of("products", REQUEST);
    static final RoutePolicy POLICY = new RoutePolicy(
            new CachePolicy(PolicySettings.standard()),
            OriginTimeouts.DEFAULT,
            WhenCutOff.REVALIDATE,
            Duration.ofSeconds(5),
            null);

    static final CacheDecision MISS = new CacheDecision.Fetch(FwdReason.URI_MISS, null, true, false);

    Standing standing = Standing.CURRENT;
    final ScriptedOrigins origins = new ScriptedOrigins();
    final PurgeLedger ledger = new PurgeLedger("test", PurgeLedger.Limits.DEFAULT);
    final LocalStore local = new LocalStore(1 << 20, 4, System::nanoTime);
    final RequestCollapser collapser = collapser(new TieredStore(local, null), Schedulers.parallel());

    RequestCollapser collapser(TieredStore store, Scheduler timer) {
        return new RequestCollapser(
                origins,
                store,
                PurgeView.of(ledger, () -> standing),
                InstantSource.fixed(NOW),
                timer,
                "test",
                SlowReaders.DEFAULT,
                HeldBytes.unlimited());
    }

    static FillRequest request(CacheDecision decision) {
        return new FillRequest(
                KEY,
                REQUEST,
                decision,
                URI.create("http://origin.internal/products/42"),
                Headers.empty(),
                HOSTS,
                POLICY,
                "test",
                null);
    }

    static CacheDecision revalidate(StoredResponse stored) {
        return new CacheDecision.Revalidate(stored, Headers.of("If-None-Match", "\"v1\""), FwdReason.STALE, true, true);
    }

    static StoredResponse stored(Position filledAt) {
        return stored(filledAt, "max-age=1, stale-if-error=60");
    }

    /** Fetched five seconds ago. */
    static StoredResponse stored(Position filledAt, String cacheControl) {
        Headers headers = Headers.of("ETag", "\"v1\"", "Cache-Control", cacheControl);
        Instant then = NOW.minusSeconds(5);
        return new StoredResponse(
                new ResponseHead(200, headers, then, then),
                Variant.ONLY,
                StoredBody.complete("old".getBytes(StandardCharsets.UTF_8)),
                filledAt,
                new PurgeSubject(HOSTS, "/products/42", null, Set.of()));
    }
}
