package io.tidemark.gateway.policy;

import io.tidemark.gateway.cache.CacheDecision;
import io.tidemark.gateway.cache.CacheDecision.CutOff;
import io.tidemark.gateway.cache.CacheDecision.ServeStored;
import io.tidemark.gateway.cache.Candidate;
import io.tidemark.gateway.cache.PresentedRequest;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Trust;
import io.tidemark.gateway.http.EdgeFields;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import io.tidemark.gateway.store.LocalEntry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Judges the use of stored responses, for all who use them: whether this gateway may believe what it knows of purges, then what
 * the purges say of each response, then what the policy makes of both. In this order, for a verdict counts only if the
 * ledger was believed before it was asked ({@link PurgeView}). Each use is judged anew. Thread-safe; nothing here blocks.
 */
public final class PolicyDecider {
    private final PurgeView purges;
    private final InstantSource clock;

    public PolicyDecider(PurgeView purges, InstantSource clock) {
        this.purges = purges;
        this.clock = clock;
    }

    /**
     * A decision with what it is made of, for people.
     *
     * @param candidates the stored responses in the order in which they were given
     * @param unverified whether what is served says so
     */
    public record Ruling(
            Standing standing, List<Candidate> candidates, CacheDecision decision, boolean unverified, Instant now) {}

    /**
     * What to do with a request.
     *
     * @param entries all stored responses of its key
     * @param mayForce whether its client may force a call to the origin; asked if that changes the decision
     */
    public CacheDecision decide(
            RoutePolicy policy, PresentedRequest request, List<LocalEntry> entries, BooleanSupplier mayForce) {
        Trust trust = purges.trust();
        if (isRefused(policy, request, trust)) {
            return new CutOff();
        }
        List<Candidate> candidates = candidates(request, entries);
        Instant now = clock.instant();
        Trust heeded = heeded(policy, trust);
        CacheDecision decision = policy.cache().decide(request, candidates, heeded, now);
        if (decision instanceof ServeStored || candidates.isEmpty() || !request.mayForce()) {
            return decision;
        }
        return policy.cache().decideUnforced(request, candidates, heeded, now) instanceof ServeStored served
                        && !mayForce.getAsBoolean()
                ? served
                : decision;
    }

    /** What would be done with a request that forces nothing. */
    public Ruling explain(RoutePolicy policy, PresentedRequest request, List<LocalEntry> entries) {
        Standing standing = purges.standing();
        Trust trust = standing.trust();
        List<Candidate> candidates = candidates(request, entries);
        Instant now = clock.instant();
        CacheDecision decision = isRefused(policy, request, trust)
                ? new CutOff()
                : policy.cache().decide(request, candidates, heeded(policy, trust), now);
        return new Ruling(standing, candidates, decision, isUnverified(policy, trust), now);
    }

    /** The stored response that the request may be answered with, null if none, or if there is anything to doubt. */
    public @Nullable ServeStored serveTrusted(
            RoutePolicy policy, PresentedRequest request, List<LocalEntry> entries, Instant now) {
        return purges.trust() == Trust.TRUSTED
                        && policy.cache().decide(request, candidates(request, entries), Trust.TRUSTED, now)
                                instanceof ServeStored served
                ? served
                : null;
    }

    /** Whether no purge covers a stored response, as far as this gateway knows and may believe; fresh or not. */
    public boolean stands(LocalEntry entry) {
        return purges.trust() == Trust.TRUSTED && verdict(entry) == PurgeVerdict.VALID;
    }

    /** Whether what is served now must say that it is unverified. */
    public boolean isUnverified(RoutePolicy policy) {
        return policy.whenCutOff() == WhenCutOff.SERVE_WITH_WARNING && isUnverified(policy, purges.trust());
    }

    private static boolean isUnverified(RoutePolicy policy, Trust trust) {
        return policy.whenCutOff() == WhenCutOff.SERVE_WITH_WARNING && trust != Trust.TRUSTED;
    }

    private static boolean isRefused(RoutePolicy policy, PresentedRequest request, Trust trust) {
        return trust != Trust.TRUSTED
                && policy.whenCutOff() == WhenCutOff.FAIL
                && (request.isGet() || request.isHead());
    }

    private static Trust heeded(RoutePolicy policy, Trust trust) {
        return policy.whenCutOff() == WhenCutOff.SERVE_WITH_WARNING ? Trust.TRUSTED : trust;
    }

    private List<Candidate> candidates(PresentedRequest request, List<LocalEntry> entries) {
        return switch (entries.size()) {
            case 0 -> List.of();
            case 1 -> List.of(candidate(request, entries.getFirst()));
            default -> {
                List<Candidate> candidates = new ArrayList<>(entries.size());
                for (LocalEntry entry : entries) {
                    candidates.add(candidate(request, entry));
                }
                yield candidates;
            }
        };
    }

    private Candidate candidate(PresentedRequest request, LocalEntry entry) {
        PurgeVerdict verdict = verdict(entry);
        // "Nothing older" excludes what a soft purge left to be served stale.
        boolean tooOld = verdict == PurgeVerdict.STALE && request.headers().has(EdgeFields.READ_AFTER);
        return new Candidate(entry.response(), tooOld ? PurgeVerdict.ABSENT : verdict);
    }

    private PurgeVerdict verdict(LocalEntry entry) {
        StoredResponse response = entry.response();
        return purges.verdict(response.subject(), response.filledAt(), entry.memo());
    }
}
