package io.tidemark.simulation;

import io.tidemark.invalidation.receipts.Barrier;
import io.tidemark.invalidation.receipts.CompletedUpTo;
import io.tidemark.invalidation.receipts.Receipt;
import io.tidemark.invalidation.receipts.Receipts;
import io.tidemark.invalidation.receipts.Rule;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of the invalidation service: the real receipts, and how far it has read the topics. */
final class Service {
    private final World world;
    private final Receipts receipts;
    private final int purgesAtStart;
    private int readPurges;
    private int readHeartbeats;
    private @Nullable Barrier asked;

    /** @param before what the run before it has remembered as complete */
    Service(World world, Optional<CompletedUpTo> before) {
        this.world = world;
        Set<Rule> rules = EnumSet.noneOf(Rule.class);
        if (world.has(Guard.READ_BARRIER)) {
            rules.add(Rule.READ_BARRIER);
        }
        if (world.has(Guard.READ_BEFORE_EXCLUDE)) {
            rules.add(Rule.READ_BEFORE_EXCLUDE);
        }
        if (world.has(Guard.START_WITH_LEASES)) {
            rules.add(Rule.START_WITH_LEASES);
        }
        int lease = world.has(Guard.LEASE_LONGER) ? Clock.LEASE : Clock.FENCE / 2;
        this.receipts = new Receipts(Clock.duration(lease), new Receipts.Bounds(10_000, 100_000), rules);
        this.purgesAtStart = world.broker.purges.size();
        receipts.startedAt(world.broker.heartbeats.size());
        receipts.epochRead(Broker.EPOCH);
        before.ifPresent(receipts::wasComplete);
    }

    Optional<CompletedUpTo> completedUpTo() {
        return receipts.completedUpTo();
    }

    /** Reads some of both topics, and settles what it can. */
    void work(int heartbeats, int purges) {
        for (int i = 0; i < purges && readPurges < world.broker.purges.size(); i++, readPurges++) {
            var logged = world.broker.purges.get(readPurges);
            receipts.purgeRead(
                    logged.purge(), Broker.position(readPurges), readPurges < purgesAtStart, world.clock.nanos());
            if (receipts.isComplete(logged.purge().id())) {
                world.completed(readPurges); // it was before the restart
            }
        }
        for (int i = 0; i < heartbeats && readHeartbeats < world.broker.heartbeats.size(); i++, readHeartbeats++) {
            var heartbeat = world.broker.heartbeats.get(readHeartbeats);
            receipts.watermarkRead(readHeartbeats, heartbeat.instance(), heartbeat.watermark(), world.clock.nanos());
        }
        settle();
    }

    int openPurges() {
        return receipts.openPurges() + world.broker.purges.size() - readPurges;
    }

    private void settle() {
        for (int round = 0; round < 3; round++) {
            for (Receipt receipt : receipts.complete(world.clock.nanos(), world.clock.instant())) {
                world.completed((int) receipt.position().offset());
            }
            Barrier question = asked != null ? asked : receipts.question().orElse(null);
            asked = question;
            if (question == null || world.random.nextInt(4) == 0) {
                return; // nothing is asked, or the answer takes until the next time
            }
            question.liesAt(world.broker.heartbeats.size()); // it speaks of a moment after the question
            asked = null;
        }
    }
}
