package io.tidemark.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheDecision.CutOff;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.cache.StoredBody;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.http.Headers;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.policy.PolicyDecider.Ruling;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.LocalStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The one judge of stored responses. */
class PolicyDeciderTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final PresentedRequest GET =
            new PresentedRequest("GET", "https", "shop.example", "/a", null, Headers.empty());
    private static final RoutePolicy REVALIDATES = policy(WhenCutOff.REVALIDATE);
    private static final RoutePolicy WARNS = policy(WhenCutOff.SERVE_WITH_WARNING);
    private static final RoutePolicy FAILS = policy(WhenCutOff.FAIL);

    private final PurgeLedger ledger = new PurgeLedger("log", PurgeLedger.Limits.DEFAULT);
    private final List<LocalEntry> entries = stored(ledger.watermark());
    private Standing standing = Standing.CURRENT;
    private final PolicyDecider judge =
            new PolicyDecider(PurgeView.of(ledger, () -> standing), InstantSource.fixed(NOW));

    private static RoutePolicy policy(WhenCutOff whenCutOff) {
        return new RoutePolicy(
                new CachePolicy(PolicySettings.standard()),
                new OriginTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                whenCutOff,
                Duration.ofSeconds(1),
                null);
    }

    private static List<LocalEntry> stored(Position filledAt) {
        CacheKey key = CacheKey.of("route", GET);
        LocalStore store = new LocalStore(1 << 20, 1, Ticker.systemTicker());
        Headers fields = Headers.of("Cache-Control", "max-age=60, stale-while-revalidate=60", "ETag", "\"1\"");
        store.store(
                key,
                new StoredResponse(
                        new ResponseHead(200, fields, NOW, NOW),
                        Variant.ONLY,
                        StoredBody.complete(new byte[] {1}),
                        filledAt,
                        new PurgeSubject(List.of("shop.example"), "/a", null, Set.of("tag"))),
                Duration.ofHours(1));
        return store.find(key);
    }

    private void purge(Purge.Mode mode) {
        Target tag = Target.tag("tag");
        ledger.apply(new Purge("p", "test", List.of(tag), mode, null, Instant.EPOCH), 0, 0);
    }

    private CacheDecision decide(RoutePolicy policy) {
        return judge.decide(policy, GET, entries, () -> true);
    }

    /** Who asks. */
    enum Asker {
        THE_READ_PATH {
            @Override
            boolean serves(PolicyDecider judge, List<LocalEntry> entries) {
                return judge.decide(REVALIDATES, GET, entries, () -> true) instanceof ServeStored;
            }
        },
        THE_HIT_ROUTE {
            @Override
            boolean serves(PolicyDecider judge, List<LocalEntry> entries) {
                return judge.serveTrusted(REVALIDATES, GET, entries, NOW) != null;
            }
        },
        EXPLAIN {
            @Override
            boolean serves(PolicyDecider judge, List<LocalEntry> entries) {
                return judge.explain(REVALIDATES, GET, entries).decision() instanceof ServeStored;
            }
        },
        REFRESHES {
            @Override
            boolean serves(PolicyDecider judge, List<LocalEntry> entries) {
                return judge.stands(entries.getFirst());
            }
        };

        abstract boolean serves(PolicyDecider judge, List<LocalEntry> entries);
    }

    /**
     * Trust, then verdict, then decision. The gateway is cut off and lacks a purge; as soon as anything was asked it is back and
     * has read it. Who asked for the verdict first would hear "valid" of what is purged, and then that it may be believed.
     */
    @ParameterizedTest
    @EnumSource
    void whatWasValidOnlyBeforeTheLedgerWasBelievedIsNotServed(Asker asker) {
        standing = Standing.CUT_OFF;
        PurgeView real = PurgeView.of(ledger, () -> standing);
        PurgeView backAfterOneQuestion = (PurgeView) Proxy.newProxyInstance(
                PurgeView.class.getClassLoader(), new Class<?>[] {PurgeView.class}, (_, method, arguments) -> {
                    Object answer = method.invoke(real, arguments);
                    if (standing == Standing.CUT_OFF) {
                        purge(Purge.Mode.HARD);
                        standing = Standing.CURRENT;
                    }
                    return answer;
                });
        PolicyDecider asked = new PolicyDecider(backAfterOneQuestion, InstantSource.fixed(NOW));
        assertThat(asker.serves(asked, entries)).isFalse();
        assertThat(standing).as("it was asked").isEqualTo(Standing.CURRENT);
    }

    @ParameterizedTest
    @EnumSource
    void whatNoPurgeCoversIsServedToWhoeverAsks(Asker asker) {
        assertThat(asker.serves(judge, entries)).isTrue();
        purge(Purge.Mode.HARD);
        assertThat(asker.serves(judge, entries)).isFalse();
    }

    @Test
    void whileCutOffThePolicySaysWhatBecomesOfStoredResponses() {
        standing = Standing.CUT_OFF;
        assertThat(decide(REVALIDATES)).isInstanceOf(Revalidate.class);
        assertThat(decide(WARNS)).isInstanceOf(ServeStored.class);
        assertThat(decide(FAILS)).isInstanceOf(CutOff.class);
        assertThat(judge.isUnverified(WARNS)).isTrue();
        assertThat(judge.isUnverified(REVALIDATES)).isFalse();
        standing = Standing.CURRENT;
        assertThat(decide(FAILS)).isInstanceOf(ServeStored.class);
        assertThat(judge.isUnverified(WARNS)).isFalse();
    }

    @Test
    void whileCutOffTheHitRouteServesNothingWhateverThePolicy() {
        standing = Standing.CUT_OFF;
        assertThat(judge.serveTrusted(WARNS, GET, entries, NOW)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsExplainedIsWhatIsDone(WhenCutOff whenCutOff) {
        RoutePolicy policy = policy(whenCutOff);
        for (Standing each : Standing.values()) {
            standing = each;
            Ruling ruling = judge.explain(policy, GET, entries);
            assertThat(ruling.decision()).isEqualTo(judge.decide(policy, GET, entries, () -> true));
            assertThat(ruling.unverified()).isEqualTo(judge.isUnverified(policy));
            assertThat(ruling.standing()).isEqualTo(each);
            assertThat(ruling.candidates()).hasSameSizeAs(entries);
        }
    }

    @Test
    void afterAPositionNothingIsServedThatASoftPurgeCovers() {
        purge(Purge.Mode.SOFT);
        assertThat(decide(REVALIDATES)).isInstanceOf(ServeStored.class);
        PresentedRequest after = with(EdgeFields.READ_AFTER, "log:0");
        assertThat(judge.decide(REVALIDATES, after, entries, () -> true)).isInstanceOf(Fetch.class);
    }

    @Test
    void aClientThatMayForceNothingMoreIsServedWhatIsStored() {
        PresentedRequest forcing = with("Cache-Control", "no-cache");
        assertThat(judge.decide(REVALIDATES, forcing, entries, () -> true)).isInstanceOf(Revalidate.class);
        assertThat(judge.decide(REVALIDATES, forcing, entries, () -> false)).isInstanceOf(ServeStored.class);
        purge(Purge.Mode.HARD);
        assertThat(judge.decide(REVALIDATES, forcing, entries, () -> false)).isInstanceOf(Fetch.class);
    }

    private static PresentedRequest with(String name, String value) {
        return new PresentedRequest("GET", "https", "shop.example", "/a", null, Headers.of(name, value));
    }
}
