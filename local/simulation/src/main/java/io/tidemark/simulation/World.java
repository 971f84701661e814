package io.tidemark.simulation;

import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.StoredResponse;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: an origin with one product, two gateways on one shared store and one in another region, a broker, a
 * service, and what happens to them. The promise that is checked: a read that begins after a purge's receipt was complete
 * never returns a version older than the one that was at the origin when that purge was published.
 */
final class World {
    private enum Action {
        WRITE(6, false),
        PUBLISH(8, false),
        PURGE_WITHOUT_CHANGE(1, true),
        PURGE_OF_OTHERS(2, true),
        SERVICE_WORKS(14, false),
        SERVICE_RESTARTS(.4, true),
        SERVICE_STALLS(1, true),
        CUT(.5, true),
        MUTE(.5, true),
        DEAFEN(.5, true),
        FALL_BEHIND(1, true),
        PAUSE(.5, true),
        CRASH(.5, true),
        FOLLOW(18, false),
        HEARTBEAT(16, false),
        TIMER(4, false),
        CALL_MOVES(14, false),
        REFRESH(1, true),
        READ(18, false);

        private final double weight;
        private final boolean isFault;

        Action(double weight, boolean isFault) {
            this.weight = weight;
            this.isFault = isFault;
        }
    }

    private static final Action[] ACTIONS = Action.values();
    private static final double[] FAULT_FACTORS = {0, 0, 1, 3};
    private static final double[] FACTORS = {.5, 1, 2};
    private static final int[] PASSES = {0, 0, 1, 1, 2};
    private static final int[] TRAVELS = {0, 1, 6};
    private static final int[] RETURNS = {0, 0, 3, 12};
    private static final int[] SLOW_RETURNS = {12, 25, 40};
    private static final int[] READS = {0, 1, 6, 1000};
    private static final int[] SILENCES = {15, 40, 60};
    private static final int[] PAUSES = {5, 25, 60};

    final Random random;
    final Clock clock = new Clock();
    final Broker broker = new Broker();
    final Map<String, StoredResponse> shared = new HashMap<>();
    int version = 1;
    int promised = 1;

    private final Set<Guard> guards;
    private final double[] weights = new double[ACTIONS.length];
    private final double allWeights;
    private final int[] returns;
    private final List<Gateway> gateways = new ArrayList<>();
    private final Deque<Integer> unpublished = new ArrayDeque<>();
    private Service service;
    private int stalledUntil = -1;
    private int instances;
    private @Nullable String oldRead;

    World(Random random, Set<Guard> guards) {
        this.random = random;
        this.guards = guards;
        this.service = new Service(this);
        for (String region : List.of("eu", "eu", "us")) {
            gateways.add(newGateway(region));
        }
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double[] factors = ACTIONS[i].isFault ? FAULT_FACTORS : FACTORS;
            weights[i] = ACTIONS[i].weight * factors[random.nextInt(factors.length)];
            sum += weights[i];
        }
        this.allWeights = sum;
        this.returns = random.nextInt(4) == 0 ? SLOW_RETURNS : RETURNS;
    }

    boolean has(Guard guard) {
        return guards.contains(guard);
    }

    /** What the first old read was; null if there was none within the steps. */
    @Nullable
    String run(int steps) {
        for (int i = 0; i < steps && oldRead == null; i++) {
            step();
        }
        return oldRead;
    }

    private void step() {
        clock.pass(any(PASSES));
        gateways.forEach(this::deliver);
        Gateway gateway = gateways.get(random.nextInt(gateways.size()));
        Action action = draw();
        switch (action) {
            case WRITE -> unpublished.add(++version);
            case PUBLISH -> {
                if (!unpublished.isEmpty()) {
                    publish(any(Product.TARGETS), unpublished.remove());
                }
            }
            case PURGE_WITHOUT_CHANGE -> publish(any(Product.TARGETS), demandedLast());
            case PURGE_OF_OTHERS -> publish(any(Product.OTHERS), demandedLast());
            case SERVICE_WORKS -> {
                if (clock.now() >= stalledUntil) {
                    int before = promised;
                    service.work(any(READS), any(READS));
                    if (promised > before) { // who waited for the receipt reads at once
                        gateways.stream().filter(Gateway::isAwake).forEach(Gateway::read);
                    }
                }
            }
            case SERVICE_RESTARTS -> service = new Service(this);
            case SERVICE_STALLS -> stalledUntil = clock.now() + (random.nextBoolean() ? 20 : 45);
            case CUT -> gateway.cut = !gateway.cut;
            case MUTE -> {
                gateway.mutedUntil = clock.now() + any(SILENCES);
                if (random.nextBoolean()) {
                    gateway.behindUntil = gateway.mutedUntil + any(SILENCES);
                }
            }
            case FALL_BEHIND -> gateway.behindUntil = clock.now() + any(SILENCES);
            case DEAFEN -> gateway.deafUntil = clock.now() + any(SILENCES);
            case PAUSE -> gateway.pausedUntil = clock.now() + any(PAUSES);
            case CRASH, FOLLOW, HEARTBEAT, TIMER, CALL_MOVES, REFRESH, READ -> {
                if (gateway.isAwake()) {
                    gatewayActs(action, gateway);
                }
            }
        }
    }

    private void gatewayActs(Action action, Gateway gateway) {
        switch (action) {
            case CRASH -> gateways.set(gateways.indexOf(gateway), newGateway(gateway.region));
            case FOLLOW -> gateway.follow(random.nextBoolean() ? 1 : 5);
            case HEARTBEAT -> gateway.sendHeartbeat(any(TRAVELS));
            case TIMER -> gateway.timer();
            case CALL_MOVES -> gateway.moveCall();
            case REFRESH -> gateway.refresh();
            case READ -> gateway.read();
            default -> throw new IllegalArgumentException(action.name());
        }
    }

    /** The broker takes heartbeats, and its acknowledgements reach the gateway. */
    private void deliver(Gateway gateway) {
        for (Iterator<Gateway.OnItsWay> all = gateway.heartbeats.iterator(); gateway.isHeard() && all.hasNext(); ) {
            Gateway.OnItsWay heartbeat = all.next();
            if (heartbeat.arrives() <= clock.now()) {
                all.remove();
                broker.heartbeats.add(new Broker.Heartbeat(gateway.instance, heartbeat.watermark()));
                gateway.acknowledgements.add(
                        new Gateway.OnItsWay(clock.now() + any(returns), heartbeat.sent(), heartbeat.watermark()));
            }
        }
        for (Iterator<Gateway.OnItsWay> all = gateway.acknowledgements.iterator(); gateway.hears() && all.hasNext(); ) {
            Gateway.OnItsWay acknowledgement = all.next();
            if (acknowledgement.arrives() <= clock.now()) {
                all.remove();
                gateway.acknowledged(acknowledgement.sent());
            }
        }
    }

    private Gateway newGateway(String region) {
        return new Gateway(this, region, region + '-' + ++instances);
    }

    private void publish(Target target, int demands) {
        String id = "p" + broker.purges.size();
        Purge purge = new Purge(id, "simulation", List.of(target), Purge.Mode.HARD, null, Instant.EPOCH);
        broker.purges.add(new Broker.Logged(purge, demands));
    }

    private int demandedLast() {
        return broker.purges.isEmpty() ? 1 : broker.purges.getLast().demands();
    }

    private Action draw() {
        double at = random.nextDouble() * allWeights;
        for (int i = 0; i < weights.length; i++) {
            at -= weights[i];
            if (at < 0) {
                return ACTIONS[i];
            }
        }
        return Action.READ;
    }

    private int any(int[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private Target any(List<Target> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    // --- what the others tell -----------------------------------------------------------------------------------

    /** The shared store mostly refuses to go back in the log; that nothing depends on it is part of the test. */
    void store(String region, StoredResponse response) {
        StoredResponse present = shared.get(region);
        if (present == null || response.filledAt().isAtOrPast(present.filledAt()) || random.nextInt(10) < 3) {
            shared.put(region, response);
        }
    }

    void completed(int offset) {
        promised = Math.max(promised, broker.purges.get(offset).demands());
    }

    void answered(Gateway gateway, int answered, int wasPromised, String how) {
        if (answered < wasPromised && oldRead == null) {
            oldRead = "at step %d gateway %s answered version %d (%s); %d was promised"
                    .formatted(clock.now(), gateway.instance, answered, how, wasPromised);
        }
    }
}
