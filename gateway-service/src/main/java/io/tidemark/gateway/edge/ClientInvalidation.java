package io.tidemark.gateway.edge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.Invalidation;
import io.tidemark.gateway.cache.ResponseHead;
import io.tidemark.gateway.edge.ClientPurgeLimits.Place;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.policy.HiddenNames;
import io.tidemark.gateway.purge.Purger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Purges what the answer to a client's unsafe request makes invalid (RFC 9111 §4.4, RFC 9875 §3): here before the answer is
 * passed on, everywhere through the log. What the answer names never widens: its URLs are of the origin that was asked, its
 * groups count for that host and the origin's own together.
 */
@Component
@EnableConfigurationProperties(ClientPurgeProperties.class)
public final class ClientInvalidation {
    private static final Logger log = LoggerFactory.getLogger(ClientInvalidation.class);

    /** The most targets of one purge: a record of the log stays well below a broker's limit. */
    private static final int AT_ONCE = 500;

    private final Purger purger;
    private final boolean enabled;
    private final ClientPurgeLimits limits;
    private final Counter refused;

    @Autowired
    public ClientInvalidation(Purger purger, ClientPurgeProperties properties, MeterRegistry metrics) {
        this(purger, properties, System::nanoTime, metrics);
    }

    /** @param nanoTime the monotonic clock */
    ClientInvalidation(Purger purger, ClientPurgeProperties properties, LongSupplier nanoTime, MeterRegistry metrics) {
        this.purger = purger;
        this.enabled = properties.enabled();
        this.limits = new ClientPurgeLimits(properties, nanoTime);
        this.refused = Counter.builder("tidemark.client.purges.refused")
                .description("unsafe requests that were refused, as their client had caused too many purges")
                .register(metrics);
    }

    /** A request whose purge would be one too many; the origin was not asked. */
    static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyException() {
            super("one purge too many", null, false, false);
        }
    }

    /**
     * The call, and once it is answered the purge of what the answer makes invalid, before anybody sees it. Fails with {@link
     * TooManyException} before the origin is asked: an answer that must not purge would leave what is old.
     */
    Mono<OriginAnswer> with(EdgeRequest request, Mono<OriginAnswer> call) {
        if (!enabled || request.presented().isSafe()) {
            return call;
        }
        return Mono.defer(() -> {
            Place place = limits.enter(request.client());
            if (place == null) {
                refused.increment();
                return Mono.error(new TooManyException());
            }
            return call.doOnNext(answer -> after(request, answer, place)).doFinally(_ -> place.end());
        });
    }

    /** Never fails: the origin has acted. */
    private void after(EdgeRequest request, OriginAnswer answer, Place place) {
        CachePolicy.invalidation(
                        request.presented(),
                        new ResponseHead(
                                answer.status(), answer.headers(), answer.requestTime(), answer.responseTime()))
                .ifPresent(found -> purge(targets(request, found), request, place));
    }

    private void purge(List<Target> targets, EdgeRequest request, Place place) {
        String traceparent = request.span().traceparent();
        for (int from = 0; from < targets.size(); from += AT_ONCE) {
            List<Target> some = targets.subList(from, Math.min(targets.size(), from + AT_ONCE));
            Place pending = place.another();
            var _ = purger.purge(some, Purge.Mode.HARD, request.id(), traceparent)
                    .whenComplete((_, _) -> pending.end());
        }
    }

    /** What can be named of it. */
    private static List<Target> targets(EdgeRequest request, Invalidation found) {
        String base = request.presented().scheme() + "://" + request.presented().authority();
        List<String> hosts = request.hosts();
        HiddenNames names = request.policy().hiddenNames();
        if (names != null) {
            return names.targets(hosts.getFirst(), found.targets(), found.groups());
        }
        List<Target> targets = new ArrayList<>();
        found.targets().forEach(target -> add(targets, () -> url(base + target)));
        if (!hosts.isEmpty()) {
            found.groups().forEach(group -> add(targets, () -> Target.group(hosts.getFirst(), hosts.getLast(), group)));
        }
        return targets;
    }

    /**
     * One URL, and no other query of its path. One that is too long for a target is covered by the longest prefix of it that
     * can be named, which it shares with hardly any other.
     */
    private static Target url(String url) {
        String exact = url.indexOf('?') < 0 ? url + '?' : url;
        if (exact.length() <= Target.MAX_LENGTH) {
            return Target.url(exact);
        }
        String prefix = exact.substring(0, Target.MAX_LENGTH);
        int percent = prefix.indexOf('%', Target.MAX_LENGTH - 2);
        return new Target(Target.Kind.PREFIX, percent < 0 ? prefix : prefix.substring(0, percent));
    }

    private static void add(List<Target> targets, Supplier<Target> target) {
        try {
            targets.add(target.get());
        } catch (IllegalArgumentException noTarget) {
            log.debug("an answer makes invalid what no purge can name: {}", noTarget.getMessage());
        }
    }
}
