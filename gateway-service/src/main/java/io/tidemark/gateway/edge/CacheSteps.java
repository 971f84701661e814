package io.tidemark.gateway.edge;

import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheDecision.Bypass;
import io.tidemark.gateway.cache.CacheDecision.CutOff;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.GatewayTimeout;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeReason;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.FwdReason;
import io.tidemark.gateway.policy.RoutePolicy;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.LocalEntry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** What the steps of a request say of the cache. */
public final class CacheSteps {
    private static final Map<ServeReason, String> SERVED =
            texts(ServeReason.class, reason -> "serve the stored response: " + lower(reason));
    private static final Map<ServeReason, String> REFRESHED =
            texts(ServeReason.class, reason -> "serve the stored response: " + lower(reason) + ", refresh it behind");
    private static final Map<FwdReason, String> REVALIDATED =
            texts(FwdReason.class, reason -> "ask the origin whether it stands: " + reason.label());
    private static final Map<FwdReason, String> FETCHED =
            texts(FwdReason.class, reason -> "fetch from the origin: " + reason.label());
    private static final Map<FwdReason, String> PASSED =
            texts(FwdReason.class, reason -> "pass the cache by: " + reason.label());

    private CacheSteps() {}

    private static <R extends Enum<R>> Map<R, String> texts(Class<R> reasons, Function<R, String> text) {
        Map<R, String> texts = new EnumMap<>(reasons);
        for (R reason : reasons.getEnumConstants()) {
            texts.put(reason, text.apply(reason));
        }
        return texts;
    }

    private static <R extends Enum<R>> String of(Map<R, String> texts, R reason) {
        return Objects.requireNonNull(texts.get(reason));
    }

    private static String lower(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    /** A decision in words. */
    public static String text(CacheDecision decision) {
        return switch (decision) {
            case ServeStored served -> of(served.refreshBehind() ? REFRESHED : SERVED, served.reason());
            case Revalidate revalidate -> of(REVALIDATED, revalidate.reason());
            case Fetch fetch -> of(FETCHED, fetch.reason());
            case Bypass bypass -> of(PASSED, bypass.reason());
            case GatewayTimeout _ -> "504: only what is stored was asked for";
            case CutOff _ -> "503: cut off from the purge log";
        };
    }

    /** What was decided, and of what. */
    static void decided(
            EdgeRequest request,
            CacheDecision decision,
            List<LocalEntry> entries,
            PurgeView purges,
            InstantSource clock) {
        Span span = request.span();
        if (!span.isRecorded()) {
            return;
        }
        String text = text(decision);
        span.set("tidemark.cache.decision", text);
        switch (decision) {
            case ServeStored served ->
                span.set("tidemark.purge.position", served.stored().filledAt());
            case Revalidate revalidate ->
                span.set("tidemark.purge.position", revalidate.stored().filledAt());
            case Fetch _, Bypass _, GatewayTimeout _, CutOff _ -> {}
        }
        if (isTelling(request)) {
            return;
        }
        Instant now = clock.instant();
        span.note(new Decided(
                now,
                request.key(),
                text,
                purges.standing(),
                purges.positionAtSend(),
                request.covered(),
                entries.isEmpty() ? List.of() : seen(entries, request.policy(), now)));
    }

    private static List<Decided.Seen> seen(List<LocalEntry> entries, RoutePolicy policy, Instant now) {
        return Decided.seen(entries.stream().map(LocalEntry::response).toList(), policy, now);
    }

    /** How it was answered, said of the whole request too. */
    static void answered(Span request, Span cache, EdgeRequest asked, EdgeAnswer answer) {
        if (!cache.isRecorded()) {
            return;
        }
        request.named(asked.presented().method() + ' ' + asked.route()).set("http.route", asked.route());
        if (answer.dataAge() != null) {
            request.set("tidemark.data.age_ms", Math.max(0, answer.dataAge().toMillis()));
        }
        cache.set("tidemark.cache.status", answer.summary())
                .set("tidemark.cache.stored", answer.cacheStatus().stored())
                .set("tidemark.cache.collapsed", answer.cacheStatus().collapsed());
        if (answer.cacheStatus().fwd() != null) {
            cache.set("tidemark.cache.fwd", answer.cacheStatus().fwd().label());
        }
        if (isTelling(asked)) {
            request.without("url.path");
        }
    }

    /** Whether the path may tell whose request it is. */
    private static boolean isTelling(EdgeRequest asked) {
        return asked.key().isPersonal() || asked.policy().hiddenNames() != null;
    }
}
