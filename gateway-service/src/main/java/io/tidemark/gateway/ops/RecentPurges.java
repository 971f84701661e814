package io.tidemark.gateway.ops;

import io.tidemark.contracts.Position;
import io.tidemark.contracts.Purge;
import io.tidemark.contracts.Target;
import io.tidemark.gateway.cache.PurgeSubject;
import io.tidemark.gateway.purge.Cover;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The last purges that were applied here, for explanations: at most {@link #MOST_TARGETS} targets of them. Thread-safe. */
final class RecentPurges {
    static final int MOST_TARGETS = 10_000;

    /** The most that one explanation names. */
    static final int MOST_NAMED = 20;

    private final InstantSource clock;
    private final Deque<Applied> purges = new ArrayDeque<>();
    private int targets;

    private record Applied(Position position, Purge purge, Instant at) {}

    /**
     * A purge as it is told of.
     *
     * @param target the first of its targets that covers what was asked about
     * @param appliedAt by this gateway's clock
     */
    record Told(
            String position,
            String id,
            String source,
            String target,
            String mode,
            @Nullable String requestId,
            Instant publishedAt,
            Instant appliedAt) {}

    RecentPurges(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void applied(Position position, Purge purge) {
        if (purge.erasesPersons()) {
            return; // who was erased is nobody's to know
        }
        purges.addLast(new Applied(position, purge, clock.instant()));
        targets += purge.targets().size();
        while (targets > MOST_TARGETS) {
            targets -= purges.removeFirst().purge.targets().size();
        }
    }

    /** Those that cover it: after a position, or up to it; the newest last. */
    synchronized List<Told> covering(PurgeSubject subject, Position position, boolean after) {
        List<Told> told = new ArrayList<>();
        for (Applied applied : purges) {
            boolean isAfter =
                    !applied.position.epoch().equals(position.epoch()) || applied.position.offset() > position.offset();
            if (isAfter == after) {
                for (Target target : applied.purge.targets()) {
                    if (Cover.of(target).covers(subject)) {
                        told.add(told(applied, target));
                        break;
                    }
                }
            }
        }
        return List.copyOf(told.subList(Math.max(0, told.size() - MOST_NAMED), told.size()));
    }

    /** Without a query, which may name somebody. */
    private static String shown(Target target) {
        String text = target.kind().name().toLowerCase(Locale.ROOT) + ' ' + target.value();
        int query = text.indexOf('?');
        return query < 0 || target.kind() == Target.Kind.TAG ? text : text.substring(0, query) + "?…";
    }

    private static Told told(Applied applied, Target target) {
        Purge purge = applied.purge;
        return new Told(
                applied.position.toString(),
                purge.id(),
                purge.source(),
                shown(target),
                purge.mode().label(),
                purge.requestId(),
                purge.publishedAt(),
                applied.at);
    }
}
