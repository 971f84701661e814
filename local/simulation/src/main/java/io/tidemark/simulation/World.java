package io.tidemark.simulation;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.policy.RoutePolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: an origin with one product, two gateways on one shared store and one in another region, a broker, a
 * service, and what happens to them. The promise that is checked: a read that begins after a purge's receipt was complete
 * never returns a version older than the one that was at the origin when that purge was published. And in the end, when
 * everything is well again: every read was answered, every receipt is complete, every gateway trusts its cache.
 */
final class World {
    private static final int[] PASSES = {0, 0, 1, 1, 2};
    private static final int[] TRAVELS = {0, 1, 6};
    private static final int[] READS = {0, 1, 6, 1000};
    private static final int[] SILENCES = {15, 40, 60};
    private static final int[] PAUSES = {5, 25, 60};
    private static final int SETTLED_AFTER = 400;

    final Random random;
    final Clock clock = new Clock();
    final Broker broker = new Broker(this);
    final Tally tally = new Tally();
    final Judge judge = new Judge(this);
    final OriginState origin;
    final Arrivals arrivals = new Arrivals();
    final RoutePolicy policy;
    int promised = 1;

    private final Set<Guard> guards;
    private final @Nullable Consumer<String> trace;
    private final Action.Mix actions;
    private final Map<String, RegionMemory> regions = new TreeMap<>();
    private final List<Gateway> gateways = new ArrayList<>();
    private final List<RegionLink> orphans = new ArrayList<>();
    private int published = 1;
    private Service service;
    private int stalledUntil = -1;
    private int laggingUntil = -1;
    private int instances;

    /** @param trace told each thing that happens, for people; null: nobody wants to know */
    World(Random random, Set<Guard> guards, @Nullable Consumer<String> trace) {
        this.random = random;
        this.guards = guards;
        this.trace = trace;
        this.service = new Service(this, Optional.empty());
        this.policy = AnyPolicy.of(random);
        this.origin = new OriginState(random, tally);
        for (String region : List.of("eu", "eu", "us")) {
            gateways.add(newGateway(region));
        }
        this.actions = new Action.Mix(random);
        broker.isFarAway(random.nextInt(3) == 0);
    }

    boolean has(Guard guard) {
        return guards.contains(guard);
    }

    /** What went wrong first; null if nothing did. */
    @Nullable
    String run(int steps) {
        for (int i = 0; i < steps && judge.isSatisfied(); i++) {
            step();
        }
        settle();
        return judge.failure();
    }

    private void step() {
        pass(any(PASSES));
        Gateway gateway = gateways.get(random.nextInt(gateways.size()));
        Action action = actions.draw();
        tell(() -> "%s (%s)".formatted(action, gateway.instance));
        switch (action) {
            case WRITE -> {
                origin.write();
                tell(() -> "  version " + origin.version + (origin.deleted ? ", deleted" : ""));
            }
            case PUBLISH -> {
                if (published < origin.version) {
                    published++;
                    publish(Tally.Kind.PURGE, any(Product.TARGETS), Purge.Mode.HARD, origin.version);
                }
            }
            case PURGE_WITHOUT_CHANGE ->
                publish(Tally.Kind.PURGE_WITHOUT_CHANGE, any(Product.TARGETS), Purge.Mode.HARD, origin.version);
            case PURGE_OF_OTHERS ->
                publish(Tally.Kind.PURGE_OF_OTHERS, any(Product.OTHERS), Purge.Mode.HARD, demandedLast());
            case SOFT_PURGE -> publish(Tally.Kind.SOFT_PURGE, any(Product.TARGETS), Purge.Mode.SOFT, demandedLast());
            case SERVICE_WORKS -> {
                if (clock.now() >= stalledUntil) {
                    serviceWorks(laggingUntil < clock.now() ? any(READS) : 0, any(READS));
                }
            }
            case SERVICE_RESTARTS -> {
                tally.count(Tally.Kind.SERVICE_RESTART);
                // every other one finds what the one before it has remembered
                service = new Service(this, clock.now() % 2 == 0 ? service.completedUpTo() : Optional.empty());
                if (random.nextBoolean()) {
                    serviceWorks(1000, 1000);
                }
            }
            case SERVICE_LAGS -> {
                tally.count(Tally.Kind.SERVICE_LAG);
                laggingUntil = clock.now() + any(SILENCES);
            }
            case SERVICE_STALLS -> {
                tally.count(Tally.Kind.SERVICE_STALL);
                stalledUntil = clock.now() + (random.nextBoolean() ? 20 : 45);
            }
            case REGION_FORGETS -> {
                tally.count(Tally.Kind.REGION_FORGETS);
                memory(gateway.region).forget();
            }
            case CUT -> {
                tally.count(Tally.Kind.CUT);
                gateway.cutUntil = clock.now() + any(SILENCES);
            }
            case MUTE -> {
                tally.count(Tally.Kind.MUTE);
                gateway.mutedUntil = clock.now() + any(SILENCES);
                if (random.nextBoolean()) {
                    gateway.behindUntil = gateway.mutedUntil + any(SILENCES);
                }
            }
            case FALL_BEHIND -> {
                tally.count(Tally.Kind.FALL_BEHIND);
                gateway.behindUntil = clock.now() + any(SILENCES);
            }
            case DEAFEN -> {
                tally.count(Tally.Kind.DEAFEN);
                gateway.deafUntil = clock.now() + any(SILENCES);
            }
            case PAUSE -> {
                tally.count(Tally.Kind.PAUSE);
                gateway.pausedUntil = clock.now() + any(PAUSES);
            }
            case CRASH, FOLLOW, HEARTBEAT, TIMER, CALL_MOVES, READ -> {
                if (gateway.isAwake()) {
                    gatewayActs(action, gateway);
                }
            }
        }
    }

    void tell(Supplier<String> what) {
        if (trace != null) {
            trace.accept("%5d  %s".formatted(clock.now(), what.get()));
        }
    }

    private void gatewayActs(Action action, Gateway gateway) {
        switch (action) {
            case CRASH -> crash(gateway);
            case FOLLOW -> gateway.follow(random.nextBoolean() ? 1 : 5);
            case HEARTBEAT -> gateway.sendHeartbeat(travels());
            case TIMER -> gateway.timer();
            case CALL_MOVES -> {
                for (int moves = random.nextInt(4); moves >= 0; moves--) {
                    gateway.moveCall();
                }
            }
            case READ -> gateway.read(Read.any(this));
            default -> throw new IllegalArgumentException(action.name());
        }
    }

    private void pass(int steps) {
        clock.pass(steps);
        for (int i = 0; i < orphans.size(); i++) {
            orphans.get(i).deliver(false);
        }
        orphans.removeIf(RegionLink::isQuiet);
        for (int i = 0; i < gateways.size(); i++) {
            Gateway gateway = gateways.get(i);
            broker.deliver(gateway);
            gateway.live();
        }
    }

    /** Everything is well again, and stays so. */
    private void settle() {
        origin.heal();
        gateways.forEach(Gateway::heal);
        for (int i = 0; i < SETTLED_AFTER && judge.isSatisfied(); i++) {
            pass(1);
            for (Gateway gateway : gateways) {
                gateway.follow(1000);
                gateway.sendHeartbeat(0);
                gateway.timer();
                gateway.moveCall();
                gateway.moveCall();
            }
            service.work(1000, 1000);
            if (gateways.stream().allMatch(gateway -> gateway.unanswered() == 0 && gateway.isTrusted())
                    && service.openPurges() == 0) {
                gateways.forEach(gateway -> gateway.read(Read.plain(promised)));
                return;
            }
        }
        for (Gateway gateway : gateways) {
            if (gateway.unanswered() > 0) {
                judge.fail("gateway %s left %d reads unanswered".formatted(gateway.instance, gateway.unanswered()));
            } else if (!gateway.isTrusted()) {
                judge.fail("gateway %s never trusted its cache again".formatted(gateway.instance));
            }
        }
        judge.fail(service.openPurges() + " receipts never became complete");
    }

    private void serviceWorks(int heartbeats, int purges) {
        int before = promised;
        service.work(heartbeats, purges);
        if (promised > before) { // who waited for the receipt reads at once
            for (Gateway gateway : gateways) {
                if (gateway.isAwake()) {
                    gateway.read(Read.plain(promised));
                }
            }
        }
    }

    private void crash(Gateway gateway) {
        tally.count(Tally.Kind.CRASH);
        for (int lost = gateway.unanswered(); lost > 0; lost--) {
            tally.count(Tally.Kind.READ_UNANSWERED);
        }
        gateway.shared.die();
        orphans.add(gateway.shared);
        gateways.set(gateways.indexOf(gateway), newGateway(gateway.region));
    }

    private Gateway newGateway(String region) {
        return new Gateway(this, region, region + '-' + ++instances);
    }

    private void publish(Tally.Kind kind, Target target, Purge.Mode mode, int demands) {
        tally.count(kind);
        tell(() -> "  purge %d: %s of %s, demands version %d".formatted(broker.purges.size(), mode, target, demands));
        String id = "p" + broker.purges.size();
        Purge purge = new Purge(id, "simulation", List.of(target), mode, null, Instant.EPOCH);
        broker.purges.add(new Broker.Logged(purge, demands));
    }

    private int demandedLast() {
        return broker.purges.isEmpty() ? 1 : broker.purges.getLast().demands();
    }

    private int any(int[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private Target any(List<Target> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    // --- what the others ask ------------------------------------------------------------------------------------

    RegionMemory memory(String region) {
        return regions.computeIfAbsent(region, _ -> new RegionMemory(this));
    }

    int travels() {
        return any(TRAVELS);
    }

    // --- what the others tell -----------------------------------------------------------------------------------

    void completed(int offset) {
        tally.count(Tally.Kind.RECEIPT_COMPLETE);
        tell(() -> "  receipt of purge " + offset + " is complete");
        promised = Math.max(promised, broker.purges.get(offset).demands());
        for (Gateway gateway : gateways) {
            if (gateway.watermark() < offset) {
                tally.count(Tally.Kind.LEFT_OUT);
            }
        }
    }
}
