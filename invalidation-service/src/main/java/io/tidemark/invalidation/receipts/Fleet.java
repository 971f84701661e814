package io.tidemark.invalidation.receipts;

import io.tidemark.contracts.Watermark;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gateways and their leases. A lease runs from when a heartbeat was read here, by the monotonic clock: later than it
 * was sent, so that it ends later than the gateway's own fence. Not thread-safe: {@link Receipts} owns it.
 */
final class Fleet {
    /** How long a gateway that was left out is remembered for the fleet page. */
    static final Duration REMEMBERED = Duration.ofMinutes(10);

    private final Duration lease;
    private final Set<Rule> rules;
    private final Barriers barriers;
    private final Map<String, Member> members = new LinkedHashMap<>();
    private long readUpTo;
    private long backlogEnd;

    Fleet(Duration lease, Set<Rule> rules, Barriers barriers) {
        this.lease = lease;
        this.rules = Set.copyOf(rules);
        this.barriers = barriers;
    }

    /** Without {@link Rule#START_WITH_LEASES}, watermarks before this offset give no lease. */
    void startedAt(long backlogEnd) {
        this.backlogEnd = backlogEnd;
    }

    Member heard(long offset, String instance, Watermark watermark, long now) {
        boolean givesLease = rules.contains(Rule.START_WITH_LEASES) || offset >= backlogEnd;
        long leaseEnds = givesLease ? now + lease.toNanos() : now - 1;
        Member member = members.get(instance);
        if (member == null) {
            member = new Member(instance, watermark, now, leaseEnds);
            members.put(instance, member);
        } else {
            member.heard(watermark, now, leaseEnds);
        }
        readUpTo(offset + 1);
        return member;
    }

    void left(long offset, String instance) {
        members.remove(instance);
        readUpTo(offset + 1);
    }

    void readUpTo(long offset) {
        readUpTo = Math.max(readUpTo, offset);
    }

    /** The topic was recreated: what was read of it counts no more. */
    void restartReading() {
        readUpTo = 0;
    }

    long readUpTo() {
        return readUpTo;
    }

    @Nullable
    Member member(String instance) {
        return members.get(instance);
    }

    Collection<Member> members() {
        return members.values();
    }

    /** Those that a purge waits for. */
    List<Member> live(long now) {
        return members.values().stream().filter(m -> !isLeftOut(m, now)).toList();
    }

    boolean isLeftOut(Member member, long now) {
        if (member.hasLease(now)) {
            return false;
        }
        if (!rules.contains(Rule.READ_BEFORE_EXCLUDE)) {
            return true;
        }
        Barrier exclusion = member.exclusion();
        if (exclusion == null) {
            exclusion = barriers.next();
            member.excludeAfter(exclusion);
        }
        return exclusion.isPassedBy(readUpTo);
    }

    void forgetTheLongGone(long now) {
        members.values().removeIf(m -> now - m.heardAt() > REMEMBERED.toNanos() && isLeftOut(m, now));
    }
}
