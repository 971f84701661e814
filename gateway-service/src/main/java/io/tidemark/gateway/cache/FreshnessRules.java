package io.tidemark.gateway.cache;

import io.tidemark.gateway.cache.Freshness.Source;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The freshness lifetime of a response (RFC 9111 §4.2.1 and §4.2.2, then the policy). */
final class FreshnessRules {
    private static final int HEURISTIC_SHARE = 10;
    private static final Duration LONGEST_HEURISTIC = Duration.ofDays(1);

    private final PolicySettings settings;

    FreshnessRules(PolicySettings settings) {
        this.settings = settings;
    }

    Freshness of(ResponseHead head, Instant now) {
        Freshness said = said(head, now);
        Duration most = settings.overrideTtl() == null ? settings.key().personalTtl() : null;
        return most == null || said.lifetime().compareTo(most) <= 0
                ? said
                : new Freshness(most, said.age(), said.source());
    }

    private Freshness said(ResponseHead head, Instant now) {
        Duration age = head.age(now);
        if (settings.overrideTtl() != null) {
            return new Freshness(settings.overrideTtl(), age, Source.POLICY);
        }
        ResponseDirectives directives = head.directives();
        Duration explicit = directives.explicitLifetime();
        if (explicit != null) {
            return new Freshness(
                    explicit, age, directives.control().has("s-maxage") ? Source.S_MAXAGE : Source.MAX_AGE);
        }
        if (!directives.isTargeted() && head.headers().has("Expires")) {
            return new Freshness(expires(head), age, Source.EXPIRES);
        }
        return implied(head, age);
    }

    /** Expires minus Date; an invalid one is a time in the past (RFC 9111 §5.3). */
    private static Duration expires(ResponseHead head) {
        Instant expires = head.headers().date("Expires", head.responseTime());
        return expires == null ? Duration.ZERO : Duration.between(head.date(), expires);
    }

    private Freshness implied(ResponseHead head, Duration age) {
        Duration negative = settings.negativeTtl();
        if (negative != null && isNegative(head.status())) {
            return new Freshness(negative, age, Source.DEFAULT_TTL);
        }
        if (!StatusCodes.isHeuristicallyCacheable(head.status())
                && !head.directives().isPublic()) {
            return new Freshness(Duration.ZERO, age, Source.NONE);
        }
        if (settings.defaultTtl() != null) {
            return new Freshness(settings.defaultTtlOrZero(), age, Source.DEFAULT_TTL);
        }
        Duration heuristic = settings.heuristic() ? heuristic(head) : null;
        return heuristic == null
                ? new Freshness(Duration.ZERO, age, Source.NONE)
                : new Freshness(heuristic, age, Source.HEURISTIC);
    }

    private static @Nullable Duration heuristic(ResponseHead head) {
        Instant modified = head.headers().date("Last-Modified", head.responseTime());
        if (modified == null || !modified.isBefore(head.date())) {
            return null;
        }
        Duration share = Duration.between(modified, head.date()).dividedBy(HEURISTIC_SHARE);
        return share.compareTo(LONGEST_HEURISTIC) > 0 ? LONGEST_HEURISTIC : share;
    }

    private static boolean isNegative(int status) {
        return status == 404 || status == 410 || status >= 500;
    }
}
