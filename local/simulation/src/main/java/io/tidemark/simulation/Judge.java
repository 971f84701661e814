package io.tidemark.simulation;

import io.tidemark.gateway.cache.CacheStatus.Summary;
import io.tidemark.gateway.origin.OriginFailure;
import io.tidemark.simulation.Edge.Answer;
import org.jspecify.annotations.Nullable;

/** Holds every answer against what was promised when its read began; keeps what went wrong first. */
final class Judge {
    private final World world;
    private @Nullable String failure;

    Judge(World world) {
        this.world = world;
    }

    /** What went wrong first; null if nothing did. */
    @Nullable
    String failure() {
        return failure;
    }

    boolean isSatisfied() {
        return failure == null;
    }

    void fail(String what) {
        if (failure == null) {
            failure = what;
        }
    }

    void answered(Gateway gateway, Read read, Answer answer) {
        String etag = answer.headers().first("ETag");
        if (answer.status() >= 500) {
            world.tally.count(Tally.Kind.ERROR_ANSWER);
            if (answer.body().contains("malformed")) {
                fail("gateway %s: a fault of its own: %s".formatted(gateway.instance, answer.body()));
            }
            return;
        }
        int answered = etag == null ? -1 : Product.version(etag);
        Summary how = answer.summary();
        String flaw =
                answered < 1 ? "status " + answer.status() + " without an entity tag" : read.flawOf(answer, answered);
        if (flaw != null) {
            fail("at step %d gateway %s answered %s (%s)".formatted(world.clock.now(), gateway.instance, flaw, how));
        } else if (answered < read.promised()) {
            fail("at step %d gateway %s answered version %d (%s); %d was promised"
                    .formatted(world.clock.now(), gateway.instance, answered, how, read.promised()));
        }
        world.tell(() -> "  %s answers %s version %d (%s), promised %d"
                .formatted(gateway.instance, answer.status(), answered, how, read.promised()));
        count(read, answer, how);
    }

    private void count(Read read, Answer answer, Summary how) {
        Tally tally = world.tally;
        tally.count(Tally.Kind.READ_JUDGED);
        if (read.promised() > 1) {
            tally.count(Tally.Kind.READ_AFTER_RECEIPT);
        }
        if (how != Summary.BYPASS) {
            tally.count(Tally.Kind.valueOf(how.name()));
        }
        if (answer.cacheStatus().collapsed()) {
            tally.count(Tally.Kind.COLLAPSED);
        }
        if (answer.status() == 404 && (how == Summary.HIT || how == Summary.STALE)) {
            tally.count(Tally.Kind.NEGATIVE_HIT);
        }
    }

    /** A body that ends too soon is an answer too, if the origin broke it off. */
    void brokenOff(Gateway gateway, Throwable failure) {
        if (failure instanceof OriginFailure known && known.reason() != OriginFailure.Reason.MALFORMED) {
            world.tally.count(Tally.Kind.ERROR_ANSWER);
        } else {
            fail("gateway %s failed: %s".formatted(gateway.instance, failure));
        }
    }
}
