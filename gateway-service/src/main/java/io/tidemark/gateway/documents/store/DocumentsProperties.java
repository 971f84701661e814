package io.tidemark.gateway.documents.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code tidemark.documents.*}: documents that clients edit together.
 *
 * @param enabled whether there are any
 * @param access who may read: {@code anyone}; whoever has a {@code session} or a user's token; or users alone, by a {@code token} or
 *     a session that one began (all but the first need {@code tidemark.state.enabled})
 * @param edits who may edit, too: nobody that may not read; without it all who may read
 * @param origin what the origin hears of documents
 * @param origins of pages that may connect, as browsers name them ({@code https://shop.example}); without any: those of the same host
 * @param erasers users who may erase documents; nobody by default
 * @param maxDocument the most that a document's snapshot and the edits after it may take
 * @param maxConnections the most connections of one document to one gateway
 * @param maxDocuments the most documents of one connection in the dialect of Hocuspocus
 * @param maxAwareness the longest state of one client
 * @param maxBacklog the most that may wait for a client that is slow
 * @param maxFrames the most frames that a client may send in a second, and ten times as many at once after a rest
 * @param maxRate the most octets that a client may send in a second, and ten times as many at once after a rest
 * @param compactAfter edits since the last snapshot after which there is a new one
 * @param silence how long a client's state lasts without being renewed, and a connection without a sign of life
 * @param recheck how often it is asked again whether a connected client may edit
 * @param redisTimeout the most that one call to Redis may take
 * @param sealed how names of documents begin that are sealed where they are kept (needs {@code tidemark.state.enabled})
 * @param personal how names of documents begin that belong to whoever made the first edit: they are erased with that person
 *     (needs {@code tidemark.state.enabled})
 * @param regions the other regions that have the same documents
 */
@ConfigurationProperties(value = "tidemark.documents", ignoreUnknownFields = false)
public record DocumentsProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("session") Access access,
        @Nullable Access edits,
        @DefaultValue List<String> origins,
        @DefaultValue List<String> erasers,
        @DefaultValue("32MB") DataSize maxDocument,
        @DefaultValue("1000") int maxConnections,
        @DefaultValue("100") int maxDocuments,
        @DefaultValue("4KB") DataSize maxAwareness,
        @DefaultValue("8MB") DataSize maxBacklog,
        @DefaultValue("500") int maxFrames,
        @DefaultValue("4MB") DataSize maxRate,
        @DefaultValue("500") int compactAfter,
        @DefaultValue("30s") Duration silence,
        @DefaultValue("1m") Duration recheck,
        @DefaultValue("2s") Duration redisTimeout,
        @DefaultValue List<String> sealed,
        @DefaultValue List<String> personal,
        @NestedConfigurationProperty @DefaultValue RegionsProperties regions,
        @NestedConfigurationProperty @DefaultValue OriginForward origin) {
    /** Who may, the least first. */
    public enum Access {
        ANYONE,
        SESSION,
        TOKEN
    }

    private static final Duration LONGEST = Duration.ofDays(1);

    public DocumentsProperties {
        origins = List.copyOf(origins);
        erasers = List.copyOf(erasers);
        sealed = List.copyOf(sealed);
        personal = List.copyOf(personal);
        if (edits != null && edits.compareTo(access) < 0) {
            throw new IllegalArgumentException(
                    "tidemark.documents.edits must not be less than tidemark.documents.access: " + edits);
        }
        between("max-document", maxDocument, DataSize.ofKilobytes(1), DataSize.ofMegabytes(256));
        between("max-awareness", maxAwareness, DataSize.ofBytes(16), DataSize.ofKilobytes(64));
        between("max-backlog", maxBacklog, DataSize.ofKilobytes(64), DataSize.ofMegabytes(256));
        between("max-connections", maxConnections, 1, 100_000);
        between("max-documents", maxDocuments, 1, 10_000);
        between("max-frames", maxFrames, 1, 1_000_000);
        between("max-rate", maxRate, DataSize.ofKilobytes(1), DataSize.ofGigabytes(1));
        between("compact-after", compactAfter, 1, 100_000);
        between("silence", silence, Duration.ofMillis(100), LONGEST);
        between("recheck", recheck, Duration.ofMillis(100), LONGEST);
        between("redis-timeout", redisTimeout, Duration.ofMillis(1), Duration.ofMinutes(1));
    }

    /** Who may edit. */
    public Access editors() {
        return edits == null ? access : edits;
    }

    private static <T extends Comparable<T>> void between(String property, T value, T least, T most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "tidemark.documents." + property + " must be from " + least + " to " + most + ": " + value);
        }
    }
}
