package io.tidemark.state.erasure;

import io.tidemark.contracts.Position;
import io.tidemark.state.keys.DataKeys;
import java.util.concurrent.CompletionStage;

/** A person's data key: once it is gone, nothing opens that was sealed with it, wherever a copy lies. */
public final class KeyErasure implements PersonStore {
    private final DataKeys keys;

    public KeyErasure(DataKeys keys) {
        this.keys = keys;
    }

    @Override
    public String name() {
        return "keys";
    }

    @Override
    public CompletionStage<Long> erase(String person, Position position) {
        return keys.destroy(person).thenApply(was -> was ? 1L : 0L);
    }

    @Override
    public CompletionStage<Long> left(String person) {
        return keys.has(person).thenApply(is -> is ? 1L : 0L);
    }
}
