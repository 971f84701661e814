package io.tidemark.gateway.purge;

import java.util.Set;

/** What this gateway itself holds of persons. Forgetting is done when the call returns. */
public interface PersonMemory {
    /** There is none. */
    PersonMemory NONE = new PersonMemory() {
        @Override
        public void forget(Set<String> persons) {}

        @Override
        public void forgetAll() {}
    };

    /** Forgets these, by the names that stand for them. */
    void forget(Set<String> persons);

    /** Forgets all, for who was erased meanwhile is not known. */
    void forgetAll();
}
