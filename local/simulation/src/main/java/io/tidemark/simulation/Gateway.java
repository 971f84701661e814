package io.tidemark.simulation;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Watermark;
import io.tidemark.gateway.fill.RequestCollapser;
import io.tidemark.gateway.fill.Revalidator;
import io.tidemark.gateway.fill.SlowReaders;
import io.tidemark.gateway.origin.OriginAnswer;
import io.tidemark.gateway.origin.OriginRequest;
import io.tidemark.gateway.origin.Origins;
import io.tidemark.gateway.overload.HeldBytes;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import io.tidemark.gateway.store.LocalStore;
import io.tidemark.gateway.store.TieredStore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One gateway: the real ledger, fence, stores, collapser, revalidator and read path. Its clock, its origin, its region's
 * memory and its link to the broker are the schedule's.
 */
final class Gateway implements Origins {
    /** A heartbeat, or its acknowledgement, on its way. */
    record OnItsWay(int arrives, int sent, Watermark watermark) {}

    private static final int HEARTBEAT = 5;

    private record EndOfLog(long term, Position last) {}

    final String instance;
    final String region;
    final List<OnItsWay> heartbeats = new ArrayList<>();
    final List<OnItsWay> acknowledgements = new ArrayList<>();
    final RegionLink shared;
    int cutUntil = -1;
    int mutedUntil = -1;
    int deafUntil = -1;
    int behindUntil = -1;
    int pausedUntil = -1;

    private final World world;
    private final int endAtStart;
    private final VirtualTimer timer = new VirtualTimer();
    private final PurgeLedger ledger = new PurgeLedger(PurgeLedger.UNREAD, PurgeLedger.Limits.DEFAULT);
    private final Fence fence;
    private final PurgeView view;
    private final Revalidator revalidator;
    private final Edge edge;
    private final List<OriginCall> calls = new ArrayList<>();
    private boolean fencedAtTimer = true;
    private Standing before = Standing.REPLAYING;
    private @Nullable EndOfLog end;
    private int unanswered;
    private int lastHeartbeat = -HEARTBEAT;

    Gateway(World world, String region, String instance) {
        this.world = world;
        this.region = region;
        this.instance = instance;
        this.endAtStart = world.broker.purges.size();
        this.fence = new Fence(world.has(Guard.FENCE) ? Clock.duration(Clock.FENCE) : Duration.ofDays(1));
        this.view = new GuardedView(PurgeView.of(ledger, this::standing), world, timer);
        this.shared = new RegionLink(world, world.memory(region), ledger::watermark);
        TieredStore store = new TieredStore(new LocalStore(1 << 20, 4, () -> timer.now(TimeUnit.NANOSECONDS)), shared);
        RequestCollapser collapser = new RequestCollapser(
                this, store, view, world.clock, timer, instance, SlowReaders.DEFAULT, HeldBytes.unlimited());
        this.revalidator = new Revalidator(collapser, store, world.clock, timer, instance);
        this.edge = new Edge(store, view, collapser, revalidator, this, world.clock, world.policy);
        timer.advanceTo(world.clock.nanos());
        ledger.startEpoch(Broker.EPOCH);
    }

    /** Lets time pass here: replies and timers that are due. A paused process sees none of them. */
    void live() {
        boolean awake = isAwake();
        shared.deliver(awake);
        if (awake) {
            timer.advanceTo(world.clock.nanos());
            if (world.clock.now() - lastHeartbeat >= HEARTBEAT) {
                sendHeartbeat(world.travels());
            }
            if (world.random.nextInt(4) == 0) {
                follow(5);
            }
        }
        Standing now = fence.standing(world.clock.nanos());
        if (now != before) {
            world.tally.count(now == Standing.CURRENT ? Tally.Kind.REJOINED : Tally.Kind.FENCED);
            before = now;
        }
    }

    // --- the link to the broker ---------------------------------------------------------------------------------

    /** Whether its heartbeats reach the broker. */
    boolean isHeard() {
        return !isCut() && mutedUntil < world.clock.now();
    }

    /** Whether acknowledgements reach it. */
    boolean hears() {
        return !isCut() && deafUntil < world.clock.now() && isAwake();
    }

    private boolean isCut() {
        return cutUntil >= world.clock.now();
    }

    boolean isAwake() {
        return pausedUntil < world.clock.now();
    }

    void heal() {
        cutUntil = -1;
        mutedUntil = -1;
        deafUntil = -1;
        behindUntil = -1;
        pausedUntil = -1;
    }

    void sendHeartbeat(int travels) {
        lastHeartbeat = world.clock.now();
        if (heartbeats.size() < 4) {
            Watermark watermark = new Watermark(
                    Watermark.SCHEMA,
                    region,
                    instance,
                    instance,
                    ledger.watermark(),
                    Watermark.State.SERVING,
                    List.of(),
                    world.clock.instant(),
                    world.clock.instant(),
                    Watermark.Stats.NONE);
            heartbeats.add(new OnItsWay(world.clock.now() + travels, world.clock.now(), watermark));
        }
    }

    void acknowledged(int sent) {
        fence.acknowledged(
                Clock.nanos(world.has(Guard.FENCE_FROM_SEND) ? sent : world.clock.now()), world.clock.nanos());
        if (!world.has(Guard.REJOIN_AFTER_FENCE)) {
            // whatever it has read is taken for enough; at a start, what there was then
            long reads = Math.max(ledger.watermark().offset(), endAtStart - 1);
            fence.wantsEnd().ifPresent(term -> fence.logEndsAt(term, Broker.position(reads)));
            fence.applied(ledger.watermark());
        }
    }

    /** Reads the log a little further. */
    void follow(int records) {
        if (isCut() || behindUntil >= world.clock.now()) {
            return;
        }
        learnEnd();
        for (int i = 0; i < records; i++) {
            int next = (int) ledger.watermark().offset() + 1;
            if (next < world.broker.purges.size()) {
                ledger.apply(world.broker.purges.get(next).purge(), next, world.clock.nanos());
            }
        }
        fence.applied(ledger.watermark());
    }

    /** Where the log ends is asked for; it is told at once, or when it is read the next time. */
    private void learnEnd() {
        EndOfLog told = end;
        OptionalLong term = fence.wantsEnd();
        if (told == null && term.isPresent()) {
            told = new EndOfLog(term.getAsLong(), world.broker.end());
        }
        end = told;
        if (told != null && world.random.nextBoolean()) {
            fence.logEndsAt(told.term, told.last);
            end = null;
        }
    }

    long watermark() {
        return ledger.watermark().offset();
    }

    void timer() {
        fencedAtTimer = fence.standing(world.clock.nanos()) != Standing.CURRENT;
    }

    boolean isTrusted() {
        return fence.standing(world.clock.nanos()) == Standing.CURRENT;
    }

    private Standing standing() {
        Standing now = fence.standing(world.clock.nanos());
        if (!world.has(Guard.FENCE_AT_READ)
                && now == Standing.CUT_OFF
                && !fencedAtTimer
                && fence.replayTo() == null
                && fence.wantsEnd().isEmpty()) {
            return Standing.CURRENT; // the lease ran out, and no timer has said so yet
        }
        return now;
    }

    // --- calls to the origin ------------------------------------------------------------------------------------

    @Override
    public Mono<OriginAnswer> call(OriginRequest request) {
        return Mono.create(answer -> calls.add(new OriginCall(world, ledger::watermark, request, answer)));
    }

    @Override
    public Duration downFor(URI uri) {
        return Duration.ZERO;
    }

    /** One of the calls moves on. */
    void moveCall() {
        calls.removeIf(OriginCall::isOver);
        if (!calls.isEmpty()) {
            calls.get(world.random.nextInt(calls.size())).move();
        }
    }

    // --- reads --------------------------------------------------------------------------------------------------

    void read(Read read) {
        if (!isTrusted()) {
            world.tally.count(Tally.Kind.READ_WHILE_CUT_OFF);
        }
        world.tally.count(Tally.Kind.READ);
        unanswered++;
        edge.answer(read.request())
                .subscribe(
                        answer -> {
                            unanswered--;
                            world.judge.answered(this, read, answer);
                        },
                        failure -> {
                            unanswered--;
                            world.judge.brokenOff(this, failure);
                        });
        if (revalidator.isBusy(Product.KEY)) {
            world.tally.count(Tally.Kind.REFRESH);
        }
    }

    int unanswered() {
        return unanswered;
    }
}
