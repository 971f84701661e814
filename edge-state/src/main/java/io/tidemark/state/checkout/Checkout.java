package io.tidemark.state.checkout;

import io.tidemark.commons.json.StrictJson;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A checkout as it is now. Immutable.
 *
 * @param id its order's idempotency key, too
 * @param data what the steps that are done were given, in their order
 * @param location where the order's write is, null before it was accepted
 */
public record Checkout(
        String id,
        Stage stage,
        Map<String, JsonNode> data,
        @Nullable String location) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** How far it is. */
    public enum Stage {
        /** Its steps may be done. */
        OPEN,
        /** Nothing of it changes any more; its order may have been accepted, and is sent again until that is known. */
        LOCKED,
        /** Its order was accepted. */
        CONFIRMED
    }

    /** What becomes of a step. */
    public sealed interface Decision {
        /** The checkout is to be as this. */
        record Changed(Checkout checkout) implements Decision {}

        /** It is there already. */
        record Unchanged() implements Decision {}

        /** It is not this step's turn. */
        record OutOfOrder(String next) implements Decision {}
    }

    public Checkout {
        data = new LinkedHashMap<>(data);
    }

    public static Checkout begun(String id) {
        return new Checkout(id, Stage.OPEN, Map.of(), null);
    }

    /** The step whose turn it is. */
    public String next(CheckoutSteps steps) {
        return steps.after(data.size());
    }

    /**
     * A step before the last: the next one, or one that was done and is done again, with what came after it kept.
     */
    public Decision with(String step, JsonNode given, CheckoutSteps steps) {
        if (stage != Stage.OPEN || !(data.containsKey(step) || step.equals(next(steps)))) {
            return new Decision.OutOfOrder(stage == Stage.OPEN ? next(steps) : CheckoutSteps.CONFIRM);
        }
        Map<String, JsonNode> changed = new LinkedHashMap<>(data);
        changed.put(step, given);
        return new Decision.Changed(new Checkout(id, stage, changed, null));
    }

    /** The last step: from now on nothing changes. */
    public Decision locked(CheckoutSteps steps) {
        if (stage != Stage.OPEN) {
            return new Decision.Unchanged();
        }
        return next(steps).equals(CheckoutSteps.CONFIRM)
                ? new Decision.Changed(new Checkout(id, Stage.LOCKED, data, null))
                : new Decision.OutOfOrder(next(steps));
    }

    /** Its order was accepted. */
    public Checkout confirmed(String at) {
        return new Checkout(id, Stage.CONFIRMED, data, at);
    }

    /** Its order was refused, and so never accepted: its steps may be done again. */
    public Checkout reopened() {
        return new Checkout(id, Stage.OPEN, data, null);
    }

    /** The order, the same each time. */
    public ObjectNode order(String customer) {
        ObjectNode order = JSON.createObjectNode().put("customerId", customer).put("checkoutId", id);
        data.forEach(order::set);
        return order;
    }

    /** As it is kept. */
    public byte[] toBytes() {
        ObjectNode object = JSON.createObjectNode().put("id", id).put("stage", label());
        if (location != null) {
            object.put("location", location);
        }
        ObjectNode given = object.putObject("data");
        data.forEach(given::set);
        return JSON.writeValueAsBytes(object);
    }

    /** As clients see it. */
    public ObjectNode toJson(CheckoutSteps steps) {
        ObjectNode object = JSON.createObjectNode().put("id", id).put("state", label());
        if (stage == Stage.OPEN) {
            object.put("next", next(steps));
        }
        if (location != null) {
            object.put("location", location);
        }
        ObjectNode given = object.putObject("steps");
        data.forEach(given::set);
        return object;
    }

    private String label() {
        return stage.name().toLowerCase(Locale.ROOT);
    }

    /** What {@link #toBytes} wrote. */
    public static Checkout read(byte[] bytes) {
        JsonNode object = StrictJson.read(bytes);
        Map<String, JsonNode> data = new LinkedHashMap<>();
        for (Entry<String, JsonNode> step : object.path("data").properties()) {
            data.put(step.getKey(), step.getValue());
        }
        JsonNode location = object.get("location");
        return new Checkout(
                object.path("id").asString(),
                Stage.valueOf(object.path("stage").asString().toUpperCase(Locale.ROOT)),
                data,
                location == null ? null : location.asString());
    }
}
