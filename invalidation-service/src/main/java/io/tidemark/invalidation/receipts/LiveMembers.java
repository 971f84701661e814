package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Position;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The live gateways of a region; while all read the same log, the one that is furthest behind answers for them. */
final class LiveMembers {
    private final List<Member> members;
    private final Epochs epochs;
    private final @Nullable Position lowest;
    private final boolean erasePersons;

    /** @param members at least one */
    LiveMembers(List<Member> members, Epochs epochs) {
        this.members = members;
        this.epochs = epochs;
        Position least = members.stream()
                .map(m -> m.last().position())
                .min(Comparator.comparingLong(Position::offset))
                .orElseThrow();
        boolean sameEpoch = members.stream()
                .allMatch(m -> Objects.equals(m.last().position().epoch(), least.epoch()));
        lowest = sameEpoch ? least : null;
        erasePersons = members.stream().allMatch(Member::erasesPersons);
    }

    boolean haveApplied(TrackedPurge purge) {
        if (lowest == null) {
            return members.stream().allMatch(m -> epochs.hasApplied(m, purge));
        }
        return epochs.covers(lowest, purge.position()) && (!purge.erasesPersons() || erasePersons);
    }
}
