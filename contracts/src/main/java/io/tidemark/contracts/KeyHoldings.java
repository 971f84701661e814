package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of its key sets a gateway holds: names only, never what they are. In its heartbeat, so that a new key is used only
 * when all have it, and an old one is kept until nothing is left under it.
 *
 * @param sets by the property of {@code tidemark.state} that has the set; without any it has no state
 * @param keepMs how long what is made with a key lives at most that is in no count: tokens, entries of nobody's sessions
 * @param counted what this gateway counted last of its region's data keys; null if it was another's turn
 */
public record KeyHoldings(
        Map<String, Held> sets,
        long keepMs,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Counted counted) {
    /** Signs tokens of sessions; the same in all regions. */
    public static final String KEYS = "keys";

    /** Makes names that stand for users; the same in all regions. */
    public static final String SUBJECT_KEYS = "subject-keys";

    /** Seals what a region keeps; each region its own. */
    public static final String DATA_KEYS = "data-keys";

    /** Of a gateway without state. */
    public static final KeyHoldings NONE = new KeyHoldings(Map.of(), 0, null);

    /**
     * The keys of a set.
     *
     * @param names in the order in which they are configured: the first is the one that is to be used
     * @param inUse the one that is used
     * @param since when this process began to use it, by its wall clock
     */
    public record Held(List<String> names, String inUse, Instant since) {
        public Held {
            names = List.copyOf(names);
        }
    }

    /**
     * How many data keys a region has.
     *
     * @param byDataKey by the name of the key of {@value #DATA_KEYS} that seals them
     * @param bySubjectKey by the name of the key of {@value #SUBJECT_KEYS} that made their subject's name
     * @param at when the count ended, by the wall clock
     * @param holders processes that hold keys too and have no heartbeat, by their instances, with what they hold of each set
     */
    public record Counted(
            Map<String, Long> byDataKey,
            Map<String, Long> bySubjectKey,
            Instant at,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Map<String, Held>> holders) {
        /** Without others. */
        public Counted(Map<String, Long> byDataKey, Map<String, Long> bySubjectKey, Instant at) {
            this(byDataKey, bySubjectKey, at, Map.of());
        }

        public Counted {
            holders = holders == null ? Map.of() : Map.copyOf(holders); // of a version that knows none
            byDataKey = Map.copyOf(byDataKey);
            bySubjectKey = Map.copyOf(bySubjectKey);
        }
    }

    public KeyHoldings {
        sets = Map.copyOf(sets);
    }
}
