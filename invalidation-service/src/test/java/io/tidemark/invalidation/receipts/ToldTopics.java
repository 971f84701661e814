package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Erasure;
import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.contracts.Watermark;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The topics, and a service that reads them when told so. */
final class ToldTopics {
    static final Duration LEASE = Duration.ofSeconds(3);
    static final Instant PUBLISHED = Instant.parse("2026-01-01T00:00:00Z");

    final Receipts receipts;
    String epoch = "epoch";
    long now = Long.MAX_VALUE - 1_000_000; // the monotonic clock may overflow
    long watermarks;

    ToldTopics(EnumSet<Rule> rules) {
        this(new Receipts(LEASE, new Receipts.Bounds(100, 1000), rules));
    }

    ToldTopics(Receipts receipts) {
        this.receipts = receipts;
        receipts.epochRead(epoch);
    }

    Position at(long offset) {
        return new Position(epoch, offset);
    }

    void passes(Duration duration) {
        now += duration.toNanos();
    }

    void purge(String id, long offset) {
        purge(id, offset, false);
    }

    void backlog(String id, long offset) {
        purge(id, offset, true);
    }

    private void purge(String id, long offset, boolean fromBacklog) {
        receipts.purgeRead(
                new Purge(id, "catalog", List.of(Target.tag("t")), Purge.Mode.HARD, null, PUBLISHED),
                at(offset),
                fromBacklog,
                now);
    }

    /** The erasure of a person. */
    void erasure(String id, long offset) {
        receipts.purgeRead(
                new Purge(id, "crm", List.of(Target.subject("s1.abc")), Purge.Mode.HARD, null, PUBLISHED),
                at(offset),
                false,
                now);
    }

    /** A gateway whose version erases persons, from these stores. */
    void erases(String instance, String region, long offset, String... stores) {
        Watermark old = watermark(instance, region, offset, Watermark.State.SERVING);
        receipts.watermarkRead(
                watermarks++,
                instance,
                new Watermark(
                        1,
                        region,
                        instance,
                        instance,
                        old.position(),
                        old.state(),
                        List.of(),
                        old.appliedAt(),
                        old.sentAt(),
                        old.stats(),
                        null,
                        List.of(stores)),
                now);
    }

    /** What a place has left in a store. */
    void left(String id, String place, String store, long left) {
        receipts.erasureRead(new Erasure(
                1, place, at(0), id, 2, 7, PUBLISHED.plusMillis(9), Map.of(store, new Erasure.Store(2, left))));
    }

    void beats(String instance, String region, long offset) {
        beats(instance, region, offset, Watermark.State.SERVING);
    }

    void beats(String instance, String region, long offset, Watermark.State state, String... uncovered) {
        receipts.watermarkRead(watermarks++, instance, watermark(instance, region, offset, state, uncovered), now);
    }

    void leaves(String instance) {
        receipts.watermarkRead(watermarks++, instance, null, now);
    }

    /** Another heartbeat that the service does not read yet. */
    void appendsWithoutReading() {
        watermarks++;
    }

    void recreateWatermarks() {
        watermarks = 0;
        receipts.watermarksRecreated();
    }

    void answerQuestions() {
        receipts.question().ifPresent(barrier -> barrier.liesAt(watermarks));
    }

    /** Lets the service settle what it can; a leaving gateway takes two rounds: its lease, then the question. */
    List<String> completed() {
        answerQuestions();
        List<String> first = settle();
        answerQuestions();
        return Stream.concat(first.stream(), settle().stream()).toList();
    }

    List<String> settle() {
        return receipts.complete(now, PUBLISHED.plusSeconds(1)).stream()
                .map(Receipt::id)
                .toList();
    }

    Receipt receipt(String id) {
        return receipts.receipt(id, now).orElseThrow();
    }

    private Watermark watermark(
            String instance, String region, long offset, Watermark.State state, String... uncovered) {
        return new Watermark(
                1,
                region,
                instance,
                instance,
                at(offset),
                state,
                List.of(uncovered),
                PUBLISHED.plusMillis(12),
                PUBLISHED.plusMillis(13),
                new Watermark.Stats(1, 1, 1, 1, 0, 0, 0));
    }
}
