package io.tidemark.gateway.log;

import io.tidemark.contracts.Inquiry;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The requests that this gateway remembers, for those who ask from elsewhere. Thread-safe; may block for some seconds. */
public interface RememberedRequests {
    /** Of a gateway that remembers nothing. */
    RememberedRequests NONE = new RememberedRequests() {
        @Override
        public @Nullable Remembered find(Inquiry inquiry) {
            return null;
        }

        @Override
        public @Nullable Instant since() {
            return null;
        }
    };

    /**
     * One of them.
     *
     * @param isOfTheRegion whether its data keep to this region: then nothing is told of it elsewhere
     */
    record Remembered(Map<String, @Nullable Object> explanation, boolean isOfTheRegion) {}

    /** Null if it is not remembered, or not any more. */
    @Nullable
    Remembered find(Inquiry inquiry);

    /** How far the memory goes back; null: it is empty. */
    @Nullable
    Instant since();
}
