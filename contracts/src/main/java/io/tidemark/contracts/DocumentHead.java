package io.tidemark.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code head} of a record of {@link Topics#DOCUMENTS}: what its value is. The record's key is the document's name.
 *
 * @param region who says it
 * @param owner the name that stands for whose the document is ({@code UserNames}); null for nobody's
 * @param edits of {@link Kind#EDITS}
 * @param facts of {@link Kind#STATE}
 * @param erased of {@link Kind#ERASED}
 * @param part null if the value is whole
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DocumentHead(
        int schema,
        Kind kind,
        String region,
        @Nullable String owner,
        @Nullable Edits edits,
        @Nullable Facts facts,
        @Nullable Erased erased,
        @Nullable Part part) {
    public static final int SCHEMA = 1;

    /** What a record tells. */
    public enum Kind {
        /** Edits that the region took from its clients, merged: the value. */
        EDITS,
        /** What another region was seen to lack: the value. */
        DIFFERENCE,
        /** What the region has: the value is its state vector. */
        STATE,
        /** The region has erased the document, and nothing of it may be kept anywhere. Without a value. */
        ERASED,
        /** The region has missed records, and asks what the others have. Without a key and a value. */
        COMPARE
    }

    /**
     * Which edits these are, by the numbers that the region gave them.
     *
     * @param epoch tells the region's document from another of that name
     * @param after the last edit that was told before
     * @param upTo the last one that is told now
     */
    public record Edits(String epoch, long after, long upTo) {}

    /**
     * What the region has.
     *
     * @param deletions SHA-256 of what is deleted, of which the vector does not tell
     * @param edits how many there were
     * @param bytes that they take
     * @param tail edits since the snapshot
     * @param compacted when that was made; null if there is none
     * @param answer whether it answers another region's, and is not to be answered by one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Facts(
            String deletions,
            long edits,
            long bytes,
            long tail,
            @Nullable Instant compacted,
            Instant asOf,
            boolean answer) {}

    /**
     * That it was erased.
     *
     * @param stores how much was deleted there, by the names of the region's stores
     */
    public record Erased(Instant at, Map<String, Long> stores) {
        public Erased {
            stores = new TreeMap<>(stores);
        }
    }

    /**
     * A part of a value that is too long for one record.
     *
     * @param id the same for all parts
     * @param number from 0 on
     * @param of how many there are
     */
    public record Part(String id, int number, int of) {}

    /** One that is whole and says nothing but its kind. */
    public static DocumentHead of(Kind kind, String region) {
        return new DocumentHead(SCHEMA, kind, region, null, null, null, null, null);
    }

    public DocumentHead withOwner(@Nullable String whose) {
        return new DocumentHead(schema, kind, region, whose, edits, facts, erased, part);
    }

    public DocumentHead withEdits(Edits told) {
        return new DocumentHead(schema, kind, region, owner, told, facts, erased, part);
    }

    public DocumentHead withFacts(Facts known) {
        return new DocumentHead(schema, kind, region, owner, edits, known, erased, part);
    }

    public DocumentHead withErased(Erased done) {
        return new DocumentHead(schema, kind, region, owner, edits, facts, done, part);
    }

    public DocumentHead withPart(Part one) {
        return new DocumentHead(schema, kind, region, owner, edits, facts, erased, one);
    }
}
