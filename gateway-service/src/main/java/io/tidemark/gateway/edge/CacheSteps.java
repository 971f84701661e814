package io.tidemark.gateway.edge;

import io.tidemark.commons.tracing.Span;
import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheDecision.Bypass;
import io.tidemark.gateway.cache.CacheDecision.CutOff;
import io.tidemark.gateway.cache.CacheDecision.Fetch;
import io.tidemark.gateway.cache.CacheDecision.GatewayTimeout;
import io.tidemark.gateway.cache.CacheDecision.Revalidate;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.SharedStore;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What the steps of a request say of the cache. */
public final class CacheSteps {
    private CacheSteps() {}

    /** A decision in words. */
    public static String text(CacheDecision decision) {
        return switch (decision) {
            case ServeStored served ->
                "serve the stored response: " + served.reason().name().toLowerCase(Locale.ROOT)
                        + (served.refreshBehind() ? ", refresh it behind" : "");
            case Revalidate revalidate ->
                "ask the origin whether it stands: " + revalidate.reason().label();
            case Fetch fetch -> "fetch from the origin: " + fetch.reason().label();
            case Bypass bypass -> "pass the cache by: " + bypass.reason().label();
            case GatewayTimeout _ -> "504: only what is stored was asked for";
            case CutOff _ -> "503: cut off from the purge log";
        };
    }

    /** What was decided, and of what. */
    static void decided(
            EdgeRequest request, CacheDecision decision, List<LocalEntry> entries, PurgeView purges, Instant now) {
        Span span = request.span();
        if (!span.isRecorded()) {
            return;
        }
        span.set("tidemark.cache.decision", text(decision));
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
        span.note(new Decided(
                now,
                SharedStore.responseKey(request.key()),
                text(decision),
                purges.standing().label(),
                purges.positionAtSend().toString(),
                new PurgeSubject(
                        request.hosts(),
                        request.presented().path(),
                        request.presented().query(),
                        Set.of()),
                Decided.seen(entries.stream().map(LocalEntry::response).toList(), request.policy(), now)));
    }

    /** How it was answered, said of the whole request too. */
    static void answered(Span request, Span cache, EdgeRequest asked, EdgeAnswer answer) {
        if (!cache.isRecorded()) {
            return;
        }
        request.named(asked.presented().method() + ' ' + asked.route()).set("http.route", asked.route());
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
