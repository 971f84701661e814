package io.tidemark.state.configuration;

import io.tidemark.contracts.KeyHoldings;
import io.tidemark.state.keys.KeySet;
import io.tidemark.state.keys.UserNames;
import java.util.Map;

/**
 * The key sets as they are configured, read once: which key of each is used is decided for all who use it.
 *
 * @param keys sign tokens
 * @param subjectKeys make names that stand for users; may be the same set
 * @param dataKeys seal what the region keeps
 */
public record StateKeys(KeySet keys, KeySet subjectKeys, KeySet dataKeys) {
    /** By the property that has them. */
    public Map<String, KeySet> byName() {
        return Map.of(KeyHoldings.KEYS, keys, KeyHoldings.SUBJECT_KEYS, subjectKeys, KeyHoldings.DATA_KEYS, dataKeys);
    }

    /** Names that stand for users; those of before all regions had the same are still looked for. */
    public UserNames toUserNames() {
        return new UserNames(subjectKeys).andFormer(dataKeys);
    }
}
