package io.tidemark.originstub.faults;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to the requests below a path, in this order: they wait for the latency, then hang, are disconnected, or
 * get the status.
 *
 * @param path the prefix of the paths it is for
 * @param latency how long each waits; zero for none
 * @param status what a share of them gets; 0 for none
 * @param rate the share that gets the status, 0 to 1
 * @param disconnect whether the connection is closed without an answer or in the middle of one
 * @param hang whether there is no answer
 */
record Fault(String path, Duration latency, int status, double rate, boolean disconnect, boolean hang) {
    static final Duration MAX_LATENCY = Duration.ofMinutes(5);

    Fault {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path must start with a slash: \"" + path + '"');
        }
        if (path.startsWith("/stub") || path.startsWith("/actuator")) {
            throw new IllegalArgumentException("path must not be one of the stub's own: \"" + path + '"');
        }
        if (latency.isNegative() || latency.compareTo(MAX_LATENCY) > 0) {
            throw new IllegalArgumentException("latency must be between 0 and 5m: " + latency);
        }
        if (status != 0 && (status < 200 || status > 599)) {
            throw new IllegalArgumentException("status must be 0 or between 200 and 599: " + status);
        }
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("rate must be between 0 and 1: " + rate);
        }
    }

    /** Whether nothing happens. */
    boolean isNone() {
        return latency.isZero() && (status == 0 || rate == 0) && !disconnect && !hang;
    }

    /**
     * Reads the JSON form. A status without a rate is for every request.
     *
     * @throws IllegalArgumentException naming the field that is wrong
     */
    static Fault fromJson(ObjectNode json) {
        for (String field : json.propertyNames()) {
            switch (field) {
                case "path", "latency", "status", "rate", "disconnect", "hang" -> {}
                default ->
                    throw new IllegalArgumentException("unknown field \"" + field
                            + "\"; known are path, latency, status, rate, disconnect and hang");
            }
        }
        JsonNode path = json.get("path");
        if (path == null || !path.isString()) {
            throw new IllegalArgumentException("path must be a string");
        }
        int status = (int) number(json.get("status"), "status", 0);
        return new Fault(
                path.asString(),
                latency(json.get("latency")),
                status,
                number(json.get("rate"), "rate", status == 0 ? 0 : 1),
                flag(json.get("disconnect"), "disconnect"),
                flag(json.get("hang"), "hang"));
    }

    private static Duration latency(@Nullable JsonNode value) {
        if (value == null || value.isNull()) {
            return Duration.ZERO;
        }
        if (value.isIntegralNumber()) {
            return Duration.ofMillis(value.asLong());
        }
        if (value.isString()) {
            try {
                return DurationStyle.detectAndParse(value.asString());
            } catch (IllegalArgumentException | DateTimeParseException notADuration) {
                // falls through to the error that names the field
            }
        }
        throw new IllegalArgumentException("latency must be a duration such as \"40ms\", or milliseconds: " + value);
    }

    private static double number(@Nullable JsonNode value, String field, double otherwise) {
        if (value == null || value.isNull()) {
            return otherwise;
        }
        if (!value.isNumber()) {
            throw new IllegalArgumentException(field + " must be a number: " + value);
        }
        return value.asDouble();
    }

    private static boolean flag(@Nullable JsonNode value, String field) {
        if (value == null || value.isNull()) {
            return false;
        }
        if (!value.isBoolean()) {
            throw new IllegalArgumentException(field + " must be true or false: " + value);
        }
        return value.asBoolean();
    }
}
