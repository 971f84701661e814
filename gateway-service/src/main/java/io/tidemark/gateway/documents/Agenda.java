package io.tidemark.gateway.documents;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.SetArgs;
import io.lettuce.core.ValueScanCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What the region still has to do for its documents: to tell other regions of edits, and to look at what came to rest. An edit is
 * noted before it is stored, and again after it: whoever dies between leaves work for another, and not an edit that nobody tells.
 * Thread-safe.
 */
final class Agenda {
    /** Longer than an edit that was noted takes to be stored, or not. */
    private static final Duration UNSURE = Duration.ofSeconds(10);

    /** Between two documents of a walk over all of them: nobody waits for it. */
    private static final Duration STEP = Duration.ofMillis(5);

    private static final byte[] ALL = "tidemark:{documents}:all".getBytes(UTF_8);

    private final DocumentRedis redis;
    private final WorkList toPublish;
    private final WorkList toSettle;
    private final RegionsProperties regions;

    Agenda(DocumentRedis redis, RegionsProperties regions) {
        this.redis = redis;
        this.regions = regions;
        this.toPublish = new WorkList(redis, "publish");
        this.toSettle = new WorkList(redis, "settle");
    }

    WorkList toPublish() {
        return toPublish;
    }

    WorkList toSettle() {
        return toSettle;
    }

    /** An edit of a client is about to be stored. Only what was noted may be acknowledged. */
    CompletableFuture<Done> before(DocumentName name) {
        if (!regions.leaves(name)) {
            return CompletableFuture.completedFuture(Done.DONE);
        }
        return toPublish.mark(name, UNSURE);
    }

    /** It is stored: this may be told at once. */
    void after(DocumentName name) {
        if (regions.leaves(name)) {
            var _ = toPublish.mark(name, Duration.ZERO);
            var _ = toSettle.mark(name, regions.settle());
        }
    }

    /** There is news of it, which every region is to hear, and which is stored already. */
    CompletableFuture<Done> announce(DocumentName name) {
        return regions.leaves(name)
                ? toPublish.mark(name, Duration.ZERO)
                : CompletableFuture.completedFuture(Done.DONE);
    }

    /** It is one of the region's documents. */
    CompletableFuture<Long> known(DocumentName name) {
        return redis.call(commands -> commands.sadd(ALL, name.value().getBytes(UTF_8)));
    }

    /** What of another region was stored here: once it rests the regions compare what they have. */
    CompletableFuture<Done> received(DocumentName name) {
        return known(name).thenCompose(_ -> toSettle.mark(name, regions.settle()));
    }

    /** All documents are to be compared with those of the other regions, and told of if they were not. Blocks. */
    void walk() {
        ScanCursor cursor = ScanCursor.INITIAL;
        Duration delay = Duration.ZERO;
        do {
            ScanCursor from = cursor;
            ValueScanCursor<byte[]> page = redis.call(
                            commands -> commands.sscan(ALL, from, ScanArgs.Builder.limit(200)))
                    .join();
            List<CompletableFuture<Done>> marks = new ArrayList<>();
            for (byte[] value : page.getValues()) {
                DocumentName name = new DocumentName(new String(value, UTF_8));
                if (regions.leaves(name)) {
                    marks.add(toSettle.mark(name, delay));
                    marks.add(toPublish.mark(name, delay));
                    delay = delay.plus(STEP);
                }
            }
            marks.forEach(CompletableFuture::join);
            cursor = page;
        } while (!cursor.isFinished());
    }

    /** Whether it is this gateway's turn to walk: once in a while for the whole region. */
    CompletableFuture<Boolean> walksNow() {
        return redis.call(commands -> commands.set(
                        "tidemark:{documents}:walked".getBytes(UTF_8),
                        new byte[] {'1'},
                        SetArgs.Builder.nx().px(regions.compareEvery().toMillis())))
                .thenApply("OK"::equals);
    }
}
