package io.tidemark.writequeue.personal;

import io.tidemark.contracts.KeyHoldings;
import io.tidemark.state.keys.KeySet;
import java.util.Map;

/**
 * The key sets, read once: which key of each is used is decided for all who use it.
 *
 * @param subjectKeys make names that stand for persons
 * @param dataKeys seal persons' data keys
 */
record PersonalKeys(KeySet subjectKeys, KeySet dataKeys) {
    static final String PREFIX = "tidemark.writes.personal";

    static PersonalKeys of(PersonalProperties properties) {
        return new PersonalKeys(
                KeySet.parse(PREFIX + ".subject-keys", properties.subjectKeys()),
                KeySet.parse(PREFIX + ".data-keys", properties.dataKeys()));
    }

    Map<String, KeySet> byName() {
        return Map.of(KeyHoldings.SUBJECT_KEYS, subjectKeys, KeyHoldings.DATA_KEYS, dataKeys);
    }
}
