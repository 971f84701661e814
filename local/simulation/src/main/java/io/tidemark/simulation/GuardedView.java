package io.tidemark.simulation;

import io.tidemark.contracts.Position;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.purge.PurgeMemo;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The real view, but for the rules that its world leaves out, and for waiting, which takes simulated time. */
final class GuardedView implements PurgeView {
    private final PurgeView real;
    private final World world;
    private final VirtualTimer timer;
    private final Set<PurgeMemo> everValid = Collections.newSetFromMap(new IdentityHashMap<>());

    GuardedView(PurgeView real, World world, VirtualTimer timer) {
        this.real = real;
        this.world = world;
        this.timer = timer;
    }

    @Override
    public Position positionAtSend() {
        return real.positionAtSend();
    }

    @Override
    public Standing standing() {
        return real.standing();
    }

    @Override
    public long head() {
        return real.head();
    }

    @Override
    public PurgeVerdict verdict(PurgeSubject subject, Position filledAt) {
        return real.verdict(subject, world.arrivals.positionOf(subject, filledAt));
    }

    @Override
    public PurgeVerdict verdict(PurgeSubject subject, Position filledAt, PurgeMemo memo) {
        if (world.has(Guard.MEMO_BY_HEAD)) {
            return real.verdict(subject, world.arrivals.positionOf(subject, filledAt), memo);
        }
        if (everValid.contains(memo)) {
            return PurgeVerdict.VALID;
        }
        PurgeVerdict verdict = real.verdict(subject, world.arrivals.positionOf(subject, filledAt), memo);
        if (verdict == PurgeVerdict.VALID) {
            everValid.add(memo);
        }
        return verdict;
    }

    @Override
    public boolean stillStands(PurgeSubject subject, Position sentAt) {
        return !world.has(Guard.FOLLOWER_CHECK) || real.stillStands(subject, sentAt);
    }

    @Override
    public CompletionStage<Boolean> awaitWatermark(Position position, Duration limit) {
        if (real.positionAtSend().isAtOrPast(position)) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        var _ = timer.schedule(
                () -> reached.complete(real.positionAtSend().isAtOrPast(position)),
                limit.toNanos(),
                TimeUnit.NANOSECONDS);
        return reached;
    }
}
