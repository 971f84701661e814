package io.tidemark.gateway.hit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.commons.requests.RequestId;
import io.tidemark.gateway.cache.Freshness;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.policy.EdgeProperties;
import io.tidemark.gateway.policy.Policies;
import io.tidemark.gateway.policy.PolicyDecider;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.TieredStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Refreshes the most asked-for responses before their lifetime ends, whether or not somebody asks just then: once a second,
 * of each policy with {@code refresh-hottest} the so many hottest targets that the hit route knows. At most
 * {@code tidemark.refresh.rate} a second; the rest waits for the next round, and who is the most urgent goes first. The
 * region's flag sees to it that one gateway does it.
 *
 * <p>The origin is sent no client's fields, so only responses that do not vary are refreshed.
 */
@Component
final class HottestRefresh implements DisposableBean {
    private static final Logger log = LoggerFactory.getLogger(HottestRefresh.class);
    private static final Duration ROUND = Duration.ofSeconds(1);

    private final HitIndex index;
    private final TieredStore store;
    private final PolicyDecider judge;
    private final Revalidator revalidator;
    private final InstantSource clock;
    private final int perRound;
    private final Counter begun;
    private final Disposable rounds;

    private record Due(HitTarget target, StoredResponse stored, Duration left) {}

    HottestRefresh(
            HitIndex index,
            TieredStore store,
            PolicyDecider judge,
            Revalidator revalidator,
            InstantSource clock,
            MeterRegistry metrics,
            Policies policies,
            EdgeProperties properties) {
        this.index = index;
        this.store = store;
        this.judge = judge;
        this.revalidator = revalidator;
        this.clock = clock;
        this.perRound = properties.refresh().rate();
        this.begun = Counter.builder("tidemark.refresh.hottest")
                .description("refreshes of the hottest responses that nobody had to ask for")
                .register(metrics);
        this.rounds = policies.anyRefreshesHottest()
                ? Flux.interval(ROUND)
                        .onBackpressureDrop()
                        .subscribe(_ -> round(), failure -> log.error("the hottest are refreshed no more", failure))
                : () -> {};
    }

    /** One round; returns at once. */
    void round() {
        Instant now = clock.instant();
        List<Due> due = index.hottest().stream()
                .flatMap(target -> store.findLocally(target.key()).stream()
                        .filter(this::isRefreshable)
                        .map(entry -> new Due(target, entry.response(), left(target.policy(), entry, now)))
                        .filter(found -> isDue(found, now)))
                .sorted((one, other) -> one.left.compareTo(other.left))
                .limit(perRound)
                .toList();
        for (Due found : due) {
            Instant received = found.stored.head().responseTime();
            boolean begins = revalidator.refreshBehind(
                    found.target.toRefresh(found.stored, RequestId.next()),
                    entries -> entries.stream()
                            .anyMatch(entry ->
                                    entry.response().head().responseTime().isAfter(received)));
            begun.increment(begins ? 1 : 0);
        }
    }

    private boolean isRefreshable(LocalEntry entry) {
        StoredResponse stored = entry.response();
        return stored.variant().equals(Variant.ONLY) && stored.body().isComplete() && judge.stands(entry);
    }

    private static Duration left(RoutePolicy policy, LocalEntry entry, Instant now) {
        return policy.cache().freshness(entry.response().head(), now).ttl();
    }

    /** Within two rounds of its end, or a tenth of its lifetime if that is more; never in its first half. */
    private static boolean isDue(Due found, Instant now) {
        Freshness fresh = found.target.policy().cache().freshness(found.stored.head(), now);
        Duration lead = longer(ROUND.multipliedBy(2), fresh.lifetime().dividedBy(10));
        Duration half = fresh.lifetime().dividedBy(2);
        return fresh.isFresh() && found.left.compareTo(lead.compareTo(half) < 0 ? lead : half) <= 0;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public void destroy() {
        rounds.dispose();
    }
}
