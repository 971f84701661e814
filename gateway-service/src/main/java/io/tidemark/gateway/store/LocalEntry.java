package io.tidemark.gateway.store;

import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.purge.PurgeMemo;

/** A stored response in this process, which is its own memo of the last verdict: there are many. */
public final class LocalEntry extends PurgeMemo {
    private final StoredResponse response;

    LocalEntry(StoredResponse response) {
        this.response = response;
    }

    public StoredResponse response() {
        return response;
    }

    public PurgeMemo memo() {
        return this;
    }
}
