package io.tidemark.gateway.store;

import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.purge.PurgeMemo;

/** A stored response in this process, with its memo of the last verdict. */
public record LocalEntry(StoredResponse response, PurgeMemo memo) {
    LocalEntry(StoredResponse response) {
        this(response, new PurgeMemo());
    }
}
