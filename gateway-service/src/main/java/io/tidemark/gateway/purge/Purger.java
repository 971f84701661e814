package io.tidemark.gateway.purge;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Purges that this gateway itself causes, as by an unsafe method (RFC 9111 §4.4). */
public interface Purger {
    /**
     * Purges here at once, before it returns, and everywhere through the log. Does not block.
     *
     * @param targets 1 to {@link Purge#MAX_TARGETS}
     * @param requestId the id of the request that caused it
     * @return the position, once the log has it; while the log is out of reach it is tried again, and fails only where
     *     more purges wait than can be kept. The local effect stands in any case.
     */
    CompletionStage<Position> purge(List<Target> targets, Purge.Mode mode, @Nullable String requestId);

    /**
     * The same in a trace.
     *
     * @param traceparent the step that purges (W3C Trace Context), null for none
     */
    default CompletionStage<Position> purge(
            List<Target> targets, Purge.Mode mode, @Nullable String requestId, @Nullable String traceparent) {
        return purge(targets, mode, requestId);
    }
}
