package io.tidemark.simulation;

import io.tidemark.gateway.cache.CachePolicy;
import io.tidemark.gateway.cache.PolicySettings;
import io.tidemark.gateway.origin.OriginTimeouts;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.policy.WhenCutOff;
import java.time.Duration;
import java.util.Random;

/** The policies of the one route: the default, and one in eight that fails while cut off. */
final class AnyPolicy {
    private static final RoutePolicy REVALIDATING = policy(WhenCutOff.REVALIDATE);
    private static final RoutePolicy FAILING = policy(WhenCutOff.FAIL);

    private AnyPolicy() {}

    static RoutePolicy of(Random random) {
        return random.nextInt(8) == 0 ? FAILING : REVALIDATING;
    }

    private static RoutePolicy policy(WhenCutOff whenCutOff) {
        return new RoutePolicy(
                new CachePolicy(PolicySettings.standard()),
                new OriginTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10)),
                whenCutOff,
                Duration.ofSeconds(5),
                null);
    }
}
