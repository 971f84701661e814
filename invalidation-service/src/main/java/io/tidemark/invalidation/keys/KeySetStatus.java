package io.tidemark.invalidation.keys;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of keys, as the gateways say that they have it.
 *
 * @param set the property of {@code tidemark.state} that has it
 * @param region whose it is; null where all regions have the same
 * @param next the key that is to be used and is not yet by all; null if there is none
 * @param waitingFor for what it is not used yet; empty: it is about to be
 */
public record KeySetStatus(
        String set,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String region,
        @Nullable String next,
        List<Waiting> waitingFor,
        List<Key> keys) {
    public KeySetStatus {
        waitingFor = List.copyOf(waitingFor);
        keys = List.copyOf(keys);
    }

    /** A gateway, and why it is waited for. */
    public record Waiting(String instance, String region, String because) {}

    /**
     * One key of it.
     *
     * @param heldBy how many gateways have it
     * @param usedBy how many use it
     * @param dataKeys how many data keys are left under it; null where that is not known, or none can be
     * @param removable whether it may be removed
     * @param because why it may not; empty if it may
     */
    public record Key(
            String name, int heldBy, int usedBy, @Nullable Long dataKeys, boolean removable, String because) {}
}
