package io.tidemark.simulation;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Watermark;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The two topics, as far as they were written, and the way to them and back. */
final class Broker {
    static final String EPOCH = "simulated";

    /**
     * A purge in the log.
     *
     * @param demands the oldest version that may be served once its receipt is complete
     */
    record Logged(Purge purge, int demands) {}

    record Heartbeat(String instance, Watermark watermark) {}

    private static final int LOST_AFTER = 30;
    private static final int[] RETURNS = {0, 0, 3, 12};
    private static final int[] SLOW_RETURNS = {0, 25, 25, 40};

    final List<Logged> purges = new ArrayList<>();
    final List<Heartbeat> heartbeats = new ArrayList<>();

    private final World world;
    private int[] returns = RETURNS;

    Broker(World world) {
        this.world = world;
    }

    /** Its acknowledgements take long, or not. */
    void isFarAway(boolean far) {
        returns = far ? SLOW_RETURNS : RETURNS;
    }

    static Position position(long offset) {
        return new Position(EPOCH, offset);
    }

    Position end() {
        return position(purges.size() - 1);
    }

    /** It takes heartbeats, and its acknowledgements reach the gateway. */
    void deliver(Gateway gateway) {
        int now = world.clock.now();
        for (Iterator<Gateway.OnItsWay> all = gateway.heartbeats.iterator(); gateway.isHeard() && all.hasNext(); ) {
            Gateway.OnItsWay heartbeat = all.next();
            if (heartbeat.sent() + LOST_AFTER < now) {
                all.remove(); // the producer has given it up
                world.tally.count(Tally.Kind.HEARTBEAT_LOST);
            } else if (heartbeat.arrives() <= now) {
                all.remove();
                heartbeats.add(new Heartbeat(gateway.instance, heartbeat.watermark()));
                int back = now + returns[world.random.nextInt(returns.length)];
                gateway.acknowledgements.add(new Gateway.OnItsWay(back, heartbeat.sent(), heartbeat.watermark()));
            }
        }
        for (Iterator<Gateway.OnItsWay> all = gateway.acknowledgements.iterator(); gateway.hears() && all.hasNext(); ) {
            Gateway.OnItsWay acknowledgement = all.next();
            if (acknowledgement.arrives() <= now) {
                all.remove();
                gateway.acknowledged(acknowledgement.sent());
            }
        }
    }
}
