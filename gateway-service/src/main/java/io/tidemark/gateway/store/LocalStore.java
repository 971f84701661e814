package io.tidemark.gateway.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.CacheKey;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.Shared;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.cache.Variant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Stored responses in this process, bounded by their estimated size in memory; past it the least useful leave (W-TinyLFU).
 * Thread-safe. A reader gets an immutable list and needs no lock.
 */
public final class LocalStore {
    /** What the maps and objects around a stored response take, in bytes: measured. */
    private static final int ENTRY_OVERHEAD = 430;

    /** What a tag takes beside its characters, in bytes: a string, its array and what holds it. */
    private static final int TAG_OVERHEAD = 56;

    /** What thousands of responses have in common: hosts, tags, epochs. */
    private static final Shared<String> TEXTS = new Shared<>();

    private static final Shared<CacheKey.Site> SITES = new Shared<>();
    private static final Shared<List<String>> LISTS = new Shared<>();
    private static final Shared<Position> POSITIONS = new Shared<>();

    private final Cache<CacheKey, List<LocalEntry>> responses;
    private final int maxVariants;
    private final long maxBytes;

    /**
     * @param maxBytes the most that all stored responses may take, in bytes
     * @param maxVariants the most variants of one key; the one that was filled first leaves
     */
    public LocalStore(long maxBytes, int maxVariants, Ticker ticker) {
        this.maxVariants = maxVariants;
        this.maxBytes = maxBytes;
        this.responses = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((CacheKey key, List<LocalEntry> variants) -> weight(key, variants))
                .expireAfter(Expiry.<CacheKey, List<LocalEntry>>writing((_, variants) -> keep(variants)))
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** The variants of a key, the latest filled first. */
    public List<LocalEntry> find(CacheKey key) {
        List<LocalEntry> variants = responses.getIfPresent(key);
        return variants == null ? List.of() : variants;
    }

    /**
     * Stores a response in place of the same variant, unless that was filled at a later position. Answers whether it
     * was.
     *
     * @param keep for how long it can be of use
     */
    public boolean store(CacheKey key, StoredResponse response, Duration keep) {
        LocalEntry added = new LocalEntry(packed(response, key), keep);
        List<LocalEntry> kept = responses.asMap().compute(packed(key), (_, present) -> {
            List<LocalEntry> next = new ArrayList<>();
            next.add(added);
            if (present != null) {
                for (LocalEntry entry : present) {
                    if (!entry.response().variant().equals(response.variant())) {
                        next.add(entry);
                    } else if (isLater(entry.response(), response)) {
                        next.set(0, entry);
                    }
                }
            }
            return List.copyOf(next.subList(0, Math.min(next.size(), maxVariants)));
        });
        return kept != null && kept.getFirst().equals(added);
    }

    /** Whether a replacement would go back in the log, or in time at one place of it. Of other epochs it is taken. */
    private static boolean isLater(StoredResponse present, StoredResponse newcomer) {
        Position there = present.filledAt();
        if (there.equals(newcomer.filledAt())) {
            return present.head().responseTime().isAfter(newcomer.head().responseTime());
        }
        return there.isAtOrPast(newcomer.filledAt());
    }

    public void remove(CacheKey key) {
        responses.invalidate(key);
    }

    /** Removes what belongs to persons whom the question names, by the names that stand for them. */
    public void removeOf(Predicate<String> persons) {
        responses.asMap().keySet().removeIf(key -> key.isPersonal() && persons.test(key.user()));
    }

    /** Forgets all. */
    public void clear() {
        responses.invalidateAll();
    }

    /** Removes one variant, if it is still this one. */
    public void remove(CacheKey key, Variant variant) {
        responses.asMap().computeIfPresent(key, (_, present) -> {
            List<LocalEntry> next = present.stream()
                    .filter(entry -> !entry.response().variant().equals(variant))
                    .toList();
            return next.isEmpty() ? null : List.copyOf(next);
        });
    }

    /** Visits every stored response, as purges see it. */
    public void forEachSubject(Consumer<PurgeSubject> visitor) {
        responses
                .asMap()
                .values()
                .forEach(variants -> variants.forEach(
                        entry -> visitor.accept(entry.response().subject())));
    }

    /** How many keys are stored, estimated. */
    public long size() {
        return responses.estimatedSize();
    }

    /** What they take in bytes, estimated. */
    public long bytes() {
        return responses
                .policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0))
                .orElse(0L);
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** As long as the one of them that is to be kept the longest. */
    private static Duration keep(List<LocalEntry> variants) {
        int seconds = 0;
        for (LocalEntry entry : variants) {
            seconds = Math.max(seconds, entry.keepSeconds());
        }
        return Duration.ofSeconds(seconds);
    }

    private static CacheKey packed(CacheKey key) {
        return new CacheKey(SITES.of(key.site()), key.path(), key.query());
    }

    /** The same response in less memory, which it shares with its key and with other responses. */
    private static StoredResponse packed(StoredResponse response, CacheKey key) {
        PurgeSubject subject = response.subject();
        // by the collector: PurgeSubject would copy what Stream.toList() makes
        Position filledAt = response.filledAt();
        return new StoredResponse(
                response.head().packed(),
                response.variant(),
                response.body(),
                POSITIONS.of(new Position(TEXTS.of(filledAt.epoch()), filledAt.offset())),
                new PurgeSubject(
                        LISTS.of(subject.hosts().stream().map(TEXTS::of).collect(Collectors.toUnmodifiableList())),
                        subject.path().equals(key.path()) ? key.path() : subject.path(),
                        Objects.equals(subject.query(), key.query()) ? key.query() : subject.query(),
                        subject.tags().stream().map(TEXTS::of).collect(Collectors.toUnmodifiableSet())));
    }

    private static int weight(CacheKey key, List<LocalEntry> variants) {
        long bytes = (long) key.path().length() + key.extra().length();
        String query = key.query();
        bytes += query == null ? 0 : query.length();
        for (LocalEntry entry : variants) {
            StoredResponse response = entry.response();
            bytes += ENTRY_OVERHEAD
                    + response.body().length()
                    + response.headers().memory();
            for (String tag : response.subject().tags()) {
                bytes += TAG_OVERHEAD + tag.length();
            }
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}
