package io.tidemark.gateway.documents.store;

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
 * What the region still has to do for its documents: to tell other regions of edits, to compare what came to rest, and
 * to tell the origin. An edit is
 * noted before it is stored, and again after it: whoever dies between leaves work for another, and not an edit that nobody tells.
 * Thread-safe.
 */
public final class Agenda {
    /** Longer than an edit that was noted takes to be stored, or not. */
    private static final Duration UNSURE = Duration.ofSeconds(10);

    /** Between two documents of a walk over all of them: nobody waits for it. */
    private static final Duration STEP = Duration.ofMillis(5);

    private static final byte[] ALL = "tidemark:{documents}:all".getBytes(UTF_8);

    private static final CompletableFuture<Done> DONE = CompletableFuture.completedFuture(Done.DONE);

    private final DocumentRedis redis;
    private final WorkList toPublish;
    private final WorkList toSettle;
    private final WorkList toForward;
    private final RegionsProperties regions;
    private final OriginForward origin;

    Agenda(DocumentRedis redis, RegionsProperties regions, OriginForward origin) {
        this.redis = redis;
        this.regions = regions;
        this.origin = origin;
        this.toForward = new WorkList(redis, "forward");
        this.toPublish = new WorkList(redis, "publish");
        this.toSettle = new WorkList(redis, "settle");
    }

    public WorkList toPublish() {
        return toPublish;
    }

    public WorkList toSettle() {
        return toSettle;
    }

    public WorkList toForward() {
        return toForward;
    }

    /** An edit of a client is about to be stored. Only what was noted may be acknowledged. */
    CompletableFuture<Done> before(DocumentName name) {
        CompletableFuture<Done> told = regions.leaves(name) ? toPublish.mark(name, UNSURE) : DONE;
        return origin.isOn()
                ? told.thenCombine(toForward.mark(name, UNSURE.plus(origin.pause())), (_, _) -> Done.DONE)
                : told;
    }

    /** It is stored: this may be told at once. */
    void after(DocumentName name) {
        if (regions.leaves(name)) {
            var _ = toPublish.mark(name, Duration.ZERO);
            var _ = toSettle.mark(name, regions.settle());
        }
        if (origin.isOn()) {
            var _ = toForward.mark(name, origin.pause());
        }
    }

    /** It is about to be erased, which the origin is to hear of. */
    CompletableFuture<Done> beforeErasure(DocumentName name) {
        return origin.isOn() ? toForward.mark(name, UNSURE) : DONE;
    }

    /** It was erased: the origin hears of it at once. */
    CompletableFuture<Done> afterErasure(DocumentName name) {
        return origin.isOn() ? toForward.mark(name, Duration.ZERO) : DONE;
    }

    /** There is news of it, which every region is to hear, and which is stored already. */
    public CompletableFuture<Done> announce(DocumentName name) {
        return regions.leaves(name) ? toPublish.mark(name, Duration.ZERO) : DONE;
    }

    /** It is one of the region's documents. */
    public CompletableFuture<Long> known(DocumentName name) {
        return redis.call(commands -> commands.sadd(ALL, name.value().getBytes(UTF_8)));
    }

    /** What of another region was stored here: once it rests the regions compare what they have. */
    CompletableFuture<Done> received(DocumentName name) {
        return known(name)
                .thenCompose(_ -> toSettle.mark(name, regions.settle()))
                .thenCompose(done ->
                        origin.isOn() ? toForward.mark(name, origin.pause()) : CompletableFuture.completedFuture(done));
    }

    /** All documents are to be compared with those of the other regions, and told of if they were not. Blocks. */
    public void walk() {
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

    /** Walks, if it is this gateway's turn: once in a while for the whole region. Blocks. */
    public void walkAtTimes() {
        if (!regions.others().isEmpty() && isItsTurn().join()) {
            walk();
        }
    }

    private CompletableFuture<Boolean> isItsTurn() {
        return redis.call(commands -> commands.set(
                        "tidemark:{documents}:walked".getBytes(UTF_8),
                        new byte[] {'1'},
                        SetArgs.Builder.nx().px(regions.compareEvery().toMillis())))
                .thenApply("OK"::equals);
    }
}
