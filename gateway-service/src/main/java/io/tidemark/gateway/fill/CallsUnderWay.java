package io.tidemark.gateway.fill;

import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.fill.Joining.Follow;
import io.tidemark.gateway.fill.Joining.FollowThenVerify;
import io.tidemark.gateway.fill.Joining.Lead;
import io.tidemark.gateway.policy.Shield;
import io.tidemark.gateway.purge.PurgeView;
import java.util.concurrent.ConcurrentHashMap;

/** The calls to origins that others may join: one for each key, the youngest. Thread-safe, without locks. */
final class CallsUnderWay {
    private final ConcurrentHashMap<CacheKey, Fill> calls = new ConcurrentHashMap<>();
    private final PurgeView purges;

    CallsUnderWay(PurgeView purges) {
        this.purges = purges;
    }

    /**
     * Joins the call for the request's key, or puts one in its place that the request leads. Who takes a place has seen what
     * was there: one of many leads.
     *
     * @param onTrust whether to join a call though a purge of tags since its sending may cover its answer
     */
    Joining join(FillRequest request, boolean onTrust) {
        // Regions that shield each other must not wait for one another: what came from a gateway joins no call to a
        // shield.
        boolean isDirect = isDirect(request);
        while (true) {
            Fill present = calls.get(request.key());
            if (present != null && (present.isDirect() || !isFromShielded(request))) {
                if (present.stands(purges)) {
                    return new Follow(present);
                }
                if (onTrust && present.mayStand(purges)) {
                    return new FollowThenVerify(present);
                }
            }
            Fill own = new Fill(request.subject(), purges.positionAtSend(), isDirect);
            boolean leads = present == null
                    ? calls.putIfAbsent(request.key(), own) == null
                    : calls.replace(request.key(), present, own);
            if (leads) {
                return new Lead(own, present != null);
            }
        }
    }

    private static boolean isDirect(FillRequest request) {
        return request.policy().shield() == null || isFromShielded(request);
    }

    /** Whether it has come from a gateway, and its fill may not go through a shield. */
    static boolean isFromShielded(FillRequest request) {
        return request.policy().shield() != null && !Shield.isFor(request.presented());
    }

    /** The call is over, or of no use any more; nobody joins it. */
    void remove(CacheKey key, Fill call) {
        calls.remove(key, call);
    }

    int size() {
        return calls.size();
    }
}
