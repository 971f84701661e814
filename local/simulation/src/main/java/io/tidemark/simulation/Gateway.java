package io.tidemark.simulation;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Watermark;
import io.tidemark.gateway.cache.PurgeVerdict;
import io.tidemark.gateway.cache.StoredResponse;
import io.tidemark.gateway.purge.Fence;
import io.tidemark.gateway.purge.PurgeLedger;
import io.tidemark.gateway.purge.PurgeMemo;
import io.tidemark.gateway.purge.PurgeView;
import io.tidemark.gateway.purge.Standing;
import io.tidemark.gateway.store.LocalEntry;
import io.tidemark.gateway.store.LocalStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One gateway: the real ledger, fence and local store; its fills and its link to the broker are the schedule's. */
final class Gateway {
    private static final Duration KEEP = Duration.ofDays(1);

    /** A call to the origin under way, and who waits for it with what was promised when it came. */
    private static final class Call {
        final Position sentAt;
        final @Nullable StoredResponse conditional;
        final List<Integer> promises = new ArrayList<>();
        final boolean joinable;
        int version;

        Call(Position sentAt, @Nullable StoredResponse conditional, boolean joinable) {
            this.sentAt = sentAt;
            this.conditional = conditional;
            this.joinable = joinable;
        }
    }

    /** A heartbeat, or its acknowledgement, on its way. */
    record OnItsWay(int arrives, int sent, Watermark watermark) {}

    final String instance;
    final String region;
    final List<OnItsWay> heartbeats = new ArrayList<>();
    final List<OnItsWay> acknowledgements = new ArrayList<>();
    boolean cut;
    int mutedUntil = -1;
    int deafUntil = -1;
    int behindUntil = -1;
    int pausedUntil = -1;

    private final World world;
    private final int endAtStart;
    private final PurgeLedger ledger = new PurgeLedger(PurgeLedger.UNREAD, PurgeLedger.Limits.DEFAULT);
    private final Fence fence;
    private final PurgeView view;
    private final LocalStore local = new LocalStore(1 << 20, 4, () -> 0L);
    private final Set<PurgeMemo> everValid = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Call> calls = new ArrayList<>();
    private Standing atTimer = Standing.REPLAYING;
    private boolean fencedAtTimer;

    Gateway(World world, String region, String instance) {
        this.world = world;
        this.region = region;
        this.instance = instance;
        this.endAtStart = world.broker.purges.size();
        this.fence = new Fence(world.has(Guard.FENCE) ? Clock.duration(Clock.FENCE) : Duration.ofDays(1));
        this.view = PurgeView.of(ledger, this::standing);
        ledger.startEpoch(Broker.EPOCH);
    }

    // --- the link to the broker ---------------------------------------------------------------------------------

    /** Whether its heartbeats reach the broker. */
    boolean isHeard() {
        return !cut && mutedUntil < world.clock.now();
    }

    /** Whether acknowledgements reach it. */
    boolean hears() {
        return !cut && deafUntil < world.clock.now() && isAwake();
    }

    boolean isAwake() {
        return pausedUntil < world.clock.now();
    }

    void sendHeartbeat(int travels) {
        if (heartbeats.size() < 4) {
            Watermark watermark = new Watermark(
                    Watermark.SCHEMA,
                    region,
                    instance,
                    instance,
                    ledger.watermark(),
                    Watermark.State.SERVING,
                    List.of(),
                    world.clock.wall(),
                    world.clock.wall(),
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
        if (cut || behindUntil >= world.clock.now()) {
            return;
        }
        OptionalLong term = fence.wantsEnd();
        if (term.isPresent()) {
            fence.logEndsAt(term.getAsLong(), world.broker.end());
        }
        for (int i = 0; i < records; i++) {
            int next = (int) ledger.watermark().offset() + 1;
            if (next < world.broker.purges.size()) {
                ledger.apply(world.broker.purges.get(next).purge(), next, world.clock.nanos());
            }
        }
        fence.applied(ledger.watermark());
    }

    void timer() {
        atTimer = fence.standing(world.clock.nanos());
        fencedAtTimer = atTimer != Standing.CURRENT;
    }

    // --- reads and fills ----------------------------------------------------------------------------------------

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

    void read() {
        int promised = world.promised;
        StoredResponse shared = world.shared.get(region);
        if (view.standing() != Standing.CURRENT) {
            call(promised, shared, false);
            return;
        }
        LocalEntry mine = local.find(Product.KEY).stream().findFirst().orElse(null);
        if (mine != null && isValid(mine)) {
            world.answered(this, Product.version(mine.response()), promised, "local");
        } else if (shared != null && (!world.has(Guard.SHARED_CHECK) || isValid(shared))) {
            local.store(Product.KEY, shared, KEEP);
            world.answered(this, Product.version(shared), promised, "shared");
        } else {
            for (Call call : calls) {
                if (call.joinable
                        && (!world.has(Guard.FOLLOWER_CHECK) || view.stillStands(Product.TAGS_UNKNOWN, call.sentAt))) {
                    call.promises.add(promised);
                    return;
                }
            }
            call(promised, mine != null ? mine.response() : shared, true);
        }
    }

    /** Refreshes behind the readers' backs, conditionally. */
    void refresh() {
        local.find(Product.KEY).stream()
                .findFirst()
                .ifPresent(mine -> calls.add(new Call(view.positionAtSend(), mine.response(), true)));
    }

    private void call(int promised, @Nullable StoredResponse conditional, boolean joinable) {
        Call call = new Call(view.positionAtSend(), conditional, joinable);
        call.promises.add(promised);
        calls.add(call);
    }

    private boolean isValid(LocalEntry entry) {
        if (!world.has(Guard.MEMO_BY_HEAD) && everValid.contains(entry.memo())) {
            return true;
        }
        boolean valid =
                view.verdict(entry.response().subject(), entry.response().filledAt(), entry.memo())
                        == PurgeVerdict.VALID;
        if (valid && !world.has(Guard.MEMO_BY_HEAD)) {
            everValid.add(entry.memo());
        }
        return valid;
    }

    private boolean isValid(StoredResponse response) {
        return view.verdict(response.subject(), response.filledAt()) == PurgeVerdict.VALID;
    }

    /** The origin reads its database for one of the calls, or its answer arrives. */
    void moveCall() {
        if (calls.isEmpty()) {
            return;
        }
        Call call = calls.get(world.random.nextInt(calls.size()));
        if (call.version == 0) {
            call.version = world.version;
            return;
        }
        calls.remove(call);
        boolean notModified = call.conditional != null && Product.version(call.conditional) == call.version;
        boolean atSend = world.has(notModified ? Guard.FRESHEN_AT_SEND : Guard.POSITION_AT_SEND);
        StoredResponse response =
                Product.of(call.version, atSend ? call.sentAt : view.positionAtSend(), world.clock.wall());
        local.store(Product.KEY, response, KEEP);
        world.store(region, response);
        call.promises.forEach(
                promised -> world.answered(this, call.version, promised, notModified ? "confirmed" : "fill"));
    }
}
