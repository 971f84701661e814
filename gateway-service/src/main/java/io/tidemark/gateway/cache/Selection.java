package io.tidemark.gateway.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Which of the stored responses of a key is the one for a request (RFC 9111 §4.1). */
final class Selection {
    private Selection() {}

    /**
     * Of several the most recent one, and of those with a Vary before those without: some origins omit it from the response
     * that they give where nothing was preferred. Null if none matches.
     */
    static @Nullable Candidate select(PresentedRequest request, List<Candidate> candidates) {
        Candidate selected = latest(candidates, response -> response.variant().matches(request.headers()));
        if (selected != null && candidates.size() > 1 && isForAny(selected.response())) {
            Candidate varying = latest(
                    candidates,
                    response -> !isForAny(response) && response.variant().matches(request.headers()));
            selected = varying == null ? selected : varying;
        }
        return selected == null && !candidates.isEmpty() && request.headers().has("Accept-Language")
                ? latest(candidates, response -> isInPreferredLanguage(response, request))
                : selected;
    }

    private static @Nullable Candidate latest(List<Candidate> candidates, Predicate<StoredResponse> matching) {
        Candidate selected = null;
        for (Candidate candidate : candidates) {
            if (candidate.verdict() == PurgeVerdict.ABSENT || !matching.test(candidate.response())) {
                continue;
            }
            if (selected == null
                    || isMoreRecent(
                            candidate.response().head(), selected.response().head())) {
                selected = candidate;
            }
        }
        return selected;
    }

    private static boolean isForAny(StoredResponse response) {
        return response.variant().fields().isEmpty();
    }

    /** By Date (RFC 9111 §4.1); in the same second, by when they came. */
    private static boolean isMoreRecent(ResponseHead head, ResponseHead other) {
        int dates = head.date().compareTo(other.date());
        return dates == 0 ? head.responseTime().isAfter(other.responseTime()) : dates > 0;
    }

    /**
     * Whether the request differs from what the response was made for in its languages only, and wants none more than the
     * one that the response is in: no origin could choose better.
     */
    private static boolean isInPreferredLanguage(StoredResponse response, PresentedRequest request) {
        String language = response.headers().combined("Content-Language");
        return language != null
                && response.variant().matchesBut("accept-language", request.headers())
                && language.strip()
                        .equalsIgnoreCase(Preferences.first(request.headers().all("Accept-Language")));
    }

    /**
     * The stored variants, none of them for this request, that a 304 can name: whole, with a strong entity tag, and in no
     * content coding, as some origins use one tag for all codings.
     */
    static List<StoredResponse> nameable(PresentedRequest request, List<Candidate> candidates) {
        if (!request.isGet() || Validators.isConditional(request.headers())) {
            return List.of();
        }
        List<StoredResponse> nameable = new ArrayList<>();
        for (Candidate candidate : candidates) {
            StoredResponse response = candidate.response();
            String etag = response.headers().first("ETag");
            if (candidate.verdict() != PurgeVerdict.ABSENT
                    && response.status() == 200
                    && response.body().isComplete()
                    && etag != null
                    && Validators.isStrong(etag)
                    && !response.headers().has("Content-Encoding")) {
                nameable.add(response);
            }
        }
        return nameable;
    }

    /** Why none was selected. */
    static FwdReason missReason(List<Candidate> candidates) {
        for (Candidate candidate : candidates) {
            if (candidate.verdict() != PurgeVerdict.ABSENT) {
                return FwdReason.VARY_MISS;
            }
        }
        return FwdReason.URI_MISS;
    }
}
