package io.tidemark.local.suite.writes;

import io.tidemark.local.suite.figures.Percentiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What came of one run.
 *
 * @param refused how many were given up, since it was answered that they are not accepted
 * @param delivered of these, with what was answered, in turn: they are in effect or dead letters all the same
 * @param lost accepted, but neither in effect nor a dead letter
 * @param deadOfOthers dead letters of keys that do not fail always: the origin was down or unlucky six times
 * @param delivery from the first sending of a write to its effect, but for the first key
 */
record Report(
        Plan plan,
        int accepted,
        int refused,
        Map<String, List<String>> delivered,
        Effects effects,
        int deadLetters,
        int deadOfOthers,
        Set<String> lost,
        int kills,
        Duration took,
        Percentiles delivery) {

    static Report of(
            Plan plan,
            Map<String, Long> sentAt,
            Map<String, List<String>> refusals,
            Effects effects,
            Set<String> dead,
            int kills,
            Duration took) {
        Map<String, List<String>> delivered = new TreeMap<>(refusals);
        delivered.keySet().removeIf(key -> !effects.keys().contains(key) && !dead.contains(key));
        Set<String> lost = new TreeSet<>(sentAt.keySet());
        lost.removeAll(effects.keys());
        lost.removeAll(dead);
        List<Long> delivery = new ArrayList<>();
        effects.at().forEach((idempotencyKey, at) -> {
            Long sent = sentAt.get(idempotencyKey);
            if (sent != null && Plan.isMeasured(idempotencyKey)) {
                delivery.add(at - sent);
            }
        });
        return new Report(
                plan,
                sentAt.size(),
                refusals.size(),
                delivered,
                effects,
                dead.size(),
                (int) dead.stream().filter(Plan::isMeasured).count(),
                lost,
                kills,
                took,
                Percentiles.of(delivery));
    }

    /** What was promised and not kept; nothing if all was. */
    List<String> broken() {
        List<String> broken = new ArrayList<>();
        check(
                broken,
                accepted + refused == plan.keys() * plan.writesPerKey(),
                accepted + " accepted and " + refused + " refused, not all");
        check(broken, delivered.isEmpty(), "refused and delivered: " + delivered);
        check(broken, lost.isEmpty(), "lost: " + lost);
        check(broken, effects.doubled() == 0, effects.doubled() + " doubled");
        check(broken, effects.outOfOrder() == 0, effects.outOfOrder() + " out of order");
        check(broken, effects.overlaps() == 0, effects.overlaps() + " times two calls at once for one key");
        int poisoned = plan.poison() ? plan.writesPerKey() : 0;
        check(broken, deadLetters - deadOfOthers == poisoned, "not every write of the failing key is a dead letter");
        return broken;
    }

    private static void check(List<String> broken, boolean kept, String otherwise) {
        if (!kept) {
            broken.add(otherwise);
        }
    }
}
