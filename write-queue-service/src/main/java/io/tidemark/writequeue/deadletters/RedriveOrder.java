package io.tidemark.writequeue.deadletters;

import io.tidemark.commons.json.Members;
import io.tidemark.commons.problems.Violation;
import io.tidemark.writequeue.requests.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Which dead letters to redrive, how fast, how many.
 *
 * @param perSecond from a thousandth to 1000
 */
record RedriveOrder(DeadLetterFilter filter, double perSecond, int max) {
    static final Members MEMBERS = Members.of("a redrive", "type", "client", "orderingKey", "rate", "max");
    static final RedriveOrder ALL = new RedriveOrder(new DeadLetterFilter(null, null, null), 10, 10_000);

    private static final double SLOWEST = 0.001;
    private static final int FASTEST = 1000;

    /** Reads one. A member that is there but not usable would mean everything: it is refused with 400. */
    static RedriveOrder of(JsonNode asked) {
        List<Violation> violations = new ArrayList<>();
        RedriveOrder order = new RedriveOrder(
                new DeadLetterFilter(
                        text(asked, "type", violations),
                        text(asked, "client", violations),
                        text(asked, "orderingKey", violations)),
                rate(asked.path("rate"), violations),
                max(asked.path("max"), violations));
        if (!violations.isEmpty()) {
            throw Refusal.invalid("invalid-redrive", "The redrive is not understood", violations);
        }
        return order;
    }

    private static @Nullable String text(JsonNode asked, String name, List<Violation> violations) {
        JsonNode value = asked.path(name);
        if (value.isMissingNode() || (value.isString() && !value.stringValue().isBlank())) {
            return value.isMissingNode() ? null : value.stringValue();
        }
        violations.add(new Violation('/' + name, "must be a string that is not blank"));
        return null;
    }

    private static double rate(JsonNode value, List<Violation> violations) {
        if (value.isMissingNode()) {
            return ALL.perSecond;
        }
        double rate = value.isNumber() ? value.asDouble(0) : 0;
        if (!(rate >= SLOWEST && rate <= FASTEST)) {
            violations.add(
                    new Violation("/rate", "must be a number from " + SLOWEST + " to " + FASTEST + ", in a second"));
        }
        return rate;
    }

    private static int max(JsonNode value, List<Violation> violations) {
        if (value.isMissingNode()) {
            return ALL.max;
        }
        if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 1) {
            return value.intValue();
        }
        violations.add(new Violation("/max", "must be a whole number from 1 to " + Integer.MAX_VALUE));
        return 0;
    }
}
